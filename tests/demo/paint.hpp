#pragma once
// Lines for the terminal: colours where there is one and NO_COLOR does not forbid them, columns everywhere.

#include <string>
#include <vector>

namespace curfew::demo {

enum class Colour { plain, bold, dim, red, green, yellow };

std::string painted(Colour colour, const std::string& text);

// On standard output, at once, also into a pipe.
void line(const std::string& text = {});
void heading(const std::string& text);
void indented(const std::string& text);  // every line of it

// Cells padded to the widest of their column. Colours go on after padding, so they do not count as width.
struct Cell {
    std::string text;
    Colour colour = Colour::plain;
};
void table(const std::vector<std::vector<Cell>>& rows);

std::string padded(const std::string& text, std::size_t width);

}  // namespace curfew::demo
