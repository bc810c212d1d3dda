#include "daemon/books/open.hpp"

#include <cstdio>
#include <filesystem>

#include "config/config.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/store/schema.hpp"

namespace curfew::daemon {
namespace {

// Empty, after a word about it, where the configuration does not say.
std::string path_by(const std::string& config) {
    const auto loaded = config::load(config);
    for (const auto& diagnostic : loaded.diagnostics) {
        if (!loaded.config || diagnostic.severity == config::Severity::error)
            std::fprintf(stderr, "%s\n", config::to_string(diagnostic).c_str());
    }
    if (!loaded.config) {
        std::fprintf(stderr, "`--file FILE` reads an audit without a configuration\n");
        return {};
    }
    if (loaded.config->audit) return loaded.config->audit->path;
    std::fprintf(stderr, "%s: there is no `audit` in it, so calls are in the log alone\n",
                 for_people(config).c_str());
    return {};
}

}  // namespace

std::unique_ptr<Database> open_or_complain(const BooksPlace& place, int& status) {
    const std::string path = place.file ? *place.file : path_by(place.config);
    if (path.empty()) {
        status = exit_usage;
        return nullptr;
    }
    std::error_code problem;
    if (!std::filesystem::exists(path, problem) && !problem) {
        std::fprintf(stderr, "%s: there is no such file; the daemon makes it when it first starts\n",
                     for_people(path).c_str());
        status = exit_failed;
        return nullptr;
    }
    auto database = open_books_to_read(path);
    if (database) return *std::move(database);
    status = complain(database.error());
    return nullptr;
}

int complain(const core::Error& error) {
    std::fprintf(stderr, "%s\n", for_people(core::describe(error)).c_str());
    // Whoever reads first makes the files that all who have it open share.
    if (core::name_of(error.code).starts_with("SQLITE_READONLY"))
        std::fprintf(
            stderr,
            "while no daemon has it open, it is read as root or as the user that the daemon runs as\n");
    return exit_failed;
}

}  // namespace curfew::daemon
