#include "some_books.hpp"

#include <fstream>

#include <stdlib.h>

#include "daemon/store/rows.hpp"
#include "daemon/store/schema.hpp"

namespace curfew::daemon {

SomeBooks::SomeBooks() {
    std::string name = (std::filesystem::temp_directory_path() / "curfew-books-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, {});
    dir_ = name;
}

SomeBooks::~SomeBooks() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

void SomeBooks::write(const std::string& name, const std::string& text) const {
    std::ofstream{path(name)} << text;
}

// Each value() throws where it failed, and the test with it.
void SomeBooks::add(const std::vector<Row>& rows) const {
    const auto database = open_books(path(), true).value();
    auto transaction = Transaction::begin(*database).value();
    auto appender = Appender::after(*database, tail_of(*database).value()).value();
    for (const auto& row : rows) {
        StoredRow stored{row, "boot", 0, {}};
        appender.add(stored).value();
    }
    appender.finish().value();
    transaction.commit().value();
}

void SomeBooks::sql(const char* statement) const {
    open_books(path(), true).value()->run(statement).value();
}

}  // namespace curfew::daemon
