#include "policy/name_text.hpp"

#include <algorithm>

#include "core/text/utf.hpp"

namespace curfew::policy {

// Folding takes room for twice as many bytes.
NameText::NameText(std::string_view text) : text_(text) {
    char* room = short_.data();
    if (2 * text.size() > short_.size()) {
        long_.resize(2 * text.size());
        room = long_.data();
    }
    fold(room);
}

NameText::NameText(std::string_view domain, std::string_view name) {
    const std::size_t size = domain.size() + 1 + name.size();
    char* room = short_.data();
    if (3 * size > short_.size()) {
        long_.resize(3 * size);
        room = long_.data();
    }
    char* end = std::copy(domain.begin(), domain.end(), room);
    *end++ = '\\';
    end = std::copy(name.begin(), name.end(), end);
    text_ = {room, size};
    fold(end);
}

void NameText::fold(char* room) {
    valid_ = core::is_valid_utf8(text_);
    folded_ = {room, static_cast<std::size_t>(core::fold_case(text_, room) - room)};
}

}  // namespace curfew::policy
