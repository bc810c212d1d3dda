#include "tests/demo/paint.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <unistd.h>

namespace curfew::demo {
namespace {

bool in_colour() {
    static const bool wanted = [] {
        const char* no_color = std::getenv("NO_COLOR");
        return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
    }();
    return wanted;
}

const char* code_of(Colour colour) {
    switch (colour) {
        case Colour::plain: return "0";
        case Colour::bold: return "1";
        case Colour::dim: return "2";
        case Colour::red: return "31";
        case Colour::green: return "32";
        case Colour::yellow: return "33";
    }
    return "0";
}

}  // namespace

std::string painted(Colour colour, const std::string& text) {
    if (colour == Colour::plain || !in_colour()) return text;
    return std::string{"\033["} + code_of(colour) + "m" + text + "\033[0m";
}

void line(const std::string& text) {
    std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

void heading(const std::string& text) {
    line();
    line(painted(Colour::bold, text));
}

void indented(const std::string& text) {
    std::istringstream lines{text};
    for (std::string one; std::getline(lines, one);) line(one.empty() ? one : "  " + one);
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

void table(const std::vector<std::vector<Cell>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].text.size());
    }
    for (const auto& row : rows) {
        std::string text = " ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool last = i + 1 == row.size();
            text += " " + painted(row[i].colour, last ? row[i].text : padded(row[i].text, widths[i] + 1));
        }
        line(text);
    }
}

}  // namespace curfew::demo
