#pragma once
// What a command said, and where.

#include <string>

#include <gtest/gtest.h>

namespace curfew::daemon {

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

template <class Command> Said said_by(const Command& command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.status = command();
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
}

}  // namespace curfew::daemon
