#pragma once
// Standard output, as a terminal that is drawn on in place, or as a pipe that gets lines.

#include <string>

#include "daemon/demo/view.hpp"

namespace curfew::daemon {

class Terminal {
  public:
    Terminal();
    ~Terminal();  // the cursor is seen again
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    bool drawn_on() const { return drawn_on_; }
    Screen screen() const;  // as large as it is now
    // Over the one before.
    void draw(const std::string& picture);
    static void give_cursor_back();  // takes no lock
    static void print(const std::string& text);

  private:
    bool drawn_on_;
    std::size_t lines_ = 0;
};

}  // namespace curfew::daemon
