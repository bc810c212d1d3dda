#pragma once
// Writes little-endian values into a growing buffer.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace curfew::core {

using Bytes = std::vector<std::uint8_t>;

class ByteWriter {
  public:
    explicit ByteWriter(Bytes& out) : out_(out), start_(out.size()) {}

    std::size_t size() const { return out_.size() - start_; }  // written by this writer

    void u8(std::uint8_t value) { out_.push_back(value); }
    void u16(std::uint16_t value) { little_endian(value, 2); }
    void u32(std::uint32_t value) { little_endian(value, 4); }
    void u64(std::uint64_t value) { little_endian(value, 8); }
    void bytes(std::span<const std::uint8_t> value) { out_.insert(out_.end(), value.begin(), value.end()); }
    void zeros(std::size_t count) { out_.insert(out_.end(), count, 0); }
    void align(std::size_t to) {
        while (size() % to != 0) out_.push_back(0);
    }
    void utf16(std::u16string_view text) {
        for (const char16_t unit : text) u16(unit);
    }
    void put_u16(std::size_t at, std::uint16_t value) {
        out_[start_ + at] = static_cast<std::uint8_t>(value);
        out_[start_ + at + 1] = static_cast<std::uint8_t>(value >> 8);
    }

  private:
    void little_endian(std::uint64_t value, int count) {
        for (int i = 0; i < count; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }

    Bytes& out_;
    std::size_t start_;
};

}  // namespace curfew::core
