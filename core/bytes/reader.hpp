#pragma once
// Reads little-endian values from bytes that a stranger sent. A read past the end gives zeroes and marks the
// reader as failed for good, so that a decoder reads a whole structure and asks once.

#include <cstddef>
#include <cstdint>
#include <span>

namespace curfew::core {

class ByteReader {
  public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t offset() const { return offset_; }
    std::size_t left() const { return bytes_.size() - offset_; }

    std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(little_endian(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
    std::uint64_t u64() { return little_endian(8); }

    std::span<const std::uint8_t> bytes(std::size_t count) {
        if (!has(count)) return {};
        offset_ += count;
        return bytes_.subspan(offset_ - count, count);
    }
    void skip(std::size_t count) { bytes(count); }
    void align(std::size_t to) {
        if (const auto over = offset_ % to; over != 0) skip(to - over);
    }
    void fail() { ok_ = false; }

    // A part of the same buffer by its offset and length as a peer wrote them; empty and failed where it does
    // not lie inside.
    std::span<const std::uint8_t> at(std::size_t offset, std::size_t count) {
        if (!ok_ || offset > bytes_.size() || count > bytes_.size() - offset) {
            ok_ = false;
            return {};
        }
        return bytes_.subspan(offset, count);
    }

  private:
    bool has(std::size_t count) {
        if (!ok_ || count > left()) ok_ = false;
        return ok_;
    }
    std::uint64_t little_endian(std::size_t count) {
        if (!has(count)) return 0;
        std::uint64_t value = 0;
        for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes_[offset_ + i];
        offset_ += count;
        return value;
    }

    std::span<const std::uint8_t> bytes_;
    std::size_t offset_ = 0;
    bool ok_ = true;
};

}  // namespace curfew::core
