#include "config/text_lines.hpp"

#include "config/decode/map_reader.hpp"

namespace curfew::config {

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::vector<TextLine> lines_of(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::vector<TextLine> out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const std::string_view content = without_blanks(line);
        if (!content.empty())
            out.push_back({content, number, static_cast<std::size_t>(content.data() - line.data()) + 1});
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return out;
}

std::optional<TextFile> read_file_of(const Value& value, std::string_view what, std::string_view example,
                                     Files& files) {
    MapReader map(value, what);
    const auto path = map.required("file", example);
    map.finish();
    if (!path) return std::nullopt;
    return files.read_text(*path);
}

}  // namespace curfew::config
