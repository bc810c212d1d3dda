#pragma once
// A name in the two forms that patterns are held against, as it is and folded, made once for all of them.
// Names of usual length take no memory from the heap.

#include <array>
#include <string>
#include <string_view>

namespace curfew::policy {

class NameText {
  public:
    explicit NameText(std::string_view text);
    NameText(std::string_view domain, std::string_view name);  // DOMAIN\name
    NameText(const NameText&) = delete;
    NameText& operator=(const NameText&) = delete;

    std::string_view text() const { return text_; }
    std::string_view folded() const { return folded_; }
    bool valid() const { return valid_; }  // as UTF-8; if not, nobody can say what the name is

  private:
    void fold(char* room);

    std::string_view text_;
    std::string_view folded_;
    bool valid_ = false;
    std::string long_;
    std::array<char, 256> short_;  // filled as far as the views reach
};

}  // namespace curfew::policy
