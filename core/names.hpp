#pragma once
// The two names NetSessionDel needs. On the wire an absent or empty client means "every client" and an absent
// or empty user "every user" (MS-SRVS 3.1.4.6), so these types cannot hold anything a server could take for
// absent: they are made from text in one place, refuse what is empty there, and have no default. Nor can they
// be moved from, which would leave an empty text behind: they are copied.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace curfew::core {

class ClientName {
  public:
    // `text` with or without leading backslashes. Empty when nothing is left, when a NUL or an unpaired
    // surrogate would cut or change it on the wire, or when it is nothing but spaces.
    static std::optional<ClientName> from(std::string_view text);

    const std::string& text() const { return text_; }   // as reported, without backslashes
    std::string unc() const { return "\\\\" + text_; }  // UncClientName

    ClientName(const ClientName&) = default;
    ClientName& operator=(const ClientName&) = default;
    bool operator==(const ClientName&) const = default;

  private:
    explicit ClientName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

class UserName {
  public:
    static std::optional<UserName> from(std::string_view text);

    const std::string& text() const { return text_; }

    UserName(const UserName&) = default;
    UserName& operator=(const UserName&) = default;
    bool operator==(const UserName&) const = default;

  private:
    explicit UserName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace curfew::core
