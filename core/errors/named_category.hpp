#pragma once
// An error category over a table of documented values: the name, the number as people write it, the sentence.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/system/error_category.hpp>

namespace curfew::core {

struct NamedStatus {
    std::uint32_t value;
    std::string_view name;
    std::string_view sentence;
};

class NamedCategory final : public boost::system::error_category {
  public:
    enum class Number { decimal, hexadecimal };

    constexpr NamedCategory(const char* category, std::string_view unknown, Number number,
                            std::span<const NamedStatus> table)
        : category_(category), unknown_(unknown), number_(number), table_(table) {}

    const char* name() const noexcept override { return category_; }
    std::string message(int value) const override;

    std::string_view name_of(
        int value) const;                 // "STATUS_LOGON_FAILURE"; the family's word for any other value
    std::string number(int value) const;  // "5", "0xC000006D"

  private:
    const NamedStatus* find(int value) const;

    const char* category_;
    std::string_view unknown_;
    Number number_;
    std::span<const NamedStatus> table_;
};

}  // namespace curfew::core
