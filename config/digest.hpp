#pragma once
// SHA-256, in hex.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "config/yaml/node.hpp"

struct evp_md_ctx_st;

namespace curfew::config {

class Digest {
  public:
    Digest();
    // With its length, so that ("ab", "c") and ("a", "bc") differ.
    void add(std::string_view text);
    std::string hex();  // once

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Of what a tree means: comments, the order of keys and quotes do not count.
std::string digest_of(const yaml::Node& node);

}  // namespace curfew::config
