#include "config/digest.hpp"

#include <gtest/gtest.h>

#include "config/yaml/parse.hpp"

namespace curfew::config {
namespace {

std::string of(std::string_view text) {
    Reporter reporter;
    const auto document = yaml::parse("f.yaml", text, reporter);
    return document ? digest_of(document->root) : "";
}

TEST(Digest, IsSha256) {
    // Of "1:a": a text goes in with its length.
    Digest digest;
    digest.add("a");
    EXPECT_EQ(digest.hex(), "4162fddd39a3e4225e8e2392eced237fbeb34e6e218b5647d27bd4d2b9c0da24");
}

TEST(Digest, DoesNotSeeLayout) {
    EXPECT_EQ(of("{a: [1, 'x'], b: y}"), of("# c\nb: \"y\"\na:\n  - 1\n  - x\n"));
    EXPECT_EQ(of("{a: &x [1], b: *x}"), of("{a: [1], b: [1]}"));
}

TEST(Digest, SeesStructure) {
    EXPECT_NE(of("[[a], b]"), of("[[a, b]]"));
    EXPECT_NE(of("[a, bscalarc]"), of("[ascalarb, c]"));
    EXPECT_NE(of("{a: b, c: d}"), of("{a: d, c: b}"));
    EXPECT_NE(of("[a, b]"), of("[b, a]"));
    EXPECT_NE(of("a: null"), of("a: 'null'"));
    EXPECT_NE(of("a: [b]"), of("a: b"));
}

}  // namespace
}  // namespace curfew::config
