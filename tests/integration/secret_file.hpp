#pragma once
// A password in a file as the product wants it: readable by its owner only.

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

namespace curfew::testing {

inline std::string secret_file(const std::filesystem::path& path, const std::string& text,
                               mode_t mode = 0600) {
    std::ofstream{path} << text << '\n';
    ::chmod(path.c_str(), mode);
    return path.string();
}

}  // namespace curfew::testing
