#pragma once
// The little of NDR (C706 chapter 14) that srvsvc needs: aligned integers, unique pointers, and conformant
// varying UTF-16 strings with their terminator.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes/reader.hpp"
#include "core/bytes/writer.hpp"

namespace curfew::core::rpc {

class NdrWriter {
  public:
    explicit NdrWriter(Bytes& out) : out_(out) {}

    void u32(std::uint32_t value) {
        out_.align(4);
        out_.u32(value);
    }
    void null_pointer() { u32(0); }
    void pointer() { u32(next_referent_ += 4); }
    void string(std::u16string_view text);  // adds the terminator

    // A unique pointer to a string that follows at once, as top-level parameters have it.
    void unique_string(const std::optional<std::u16string>& text);

  private:
    ByteWriter out_;
    std::uint32_t next_referent_ = 0x00020000;
};

class NdrReader {
  public:
    explicit NdrReader(std::span<const std::uint8_t> bytes) : in_(bytes) {}

    bool ok() const { return in_.ok(); }
    void fail() { in_.fail(); }
    std::size_t left() const { return in_.left(); }

    std::uint32_t u32() {
        in_.align(4);
        return in_.u32();
    }
    bool pointer() { return u32() != 0; }

    // A conformant varying string; fails on a missing terminator, on a NUL inside, and on sizes that
    // disagree.
    std::string string();

  private:
    ByteReader in_;
};

}  // namespace curfew::core::rpc
