// Walks the chain. What was dropped by age left its last hash in the head, from where the walk begins, and in
// the last row of kind `pruned`, which is in the chain itself and has to say the same.
#include "daemon/store/row_columns.hpp"
#include "daemon/store/rows.hpp"

namespace curfew::daemon {
namespace {

std::string row_number(std::uint64_t id) {
    return "row " + std::to_string(id);
}

struct Head {
    Tail tail;
    Pruned dropped;
};

core::Result<std::optional<Head>> head_of(Database& database) {
    auto statement = database.prepare("SELECT id, hash, dropped_to, dropped_hash FROM head");
    if (!statement) return statement.error();
    const auto there = statement->step();
    if (!there) return there.error();
    if (!*there) return std::optional<Head>{};
    Head head{{id_of(statement->number(0)), statement->text(1)},
              {id_of(statement->number(2)), statement->text(3)}};
    statement->reset();
    return std::optional{std::move(head)};
}

// One reader's view, so that the head and the rows are of the same moment, however many write meanwhile.
class OneMoment {
  public:
    explicit OneMoment(Database& database) : database_(database), mine_(!database.in_transaction()) {}
    OneMoment(const OneMoment&) = delete;
    OneMoment& operator=(const OneMoment&) = delete;
    ~OneMoment() {
        if (mine_ && database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
    }
    core::Result<void> begin() {
        if (!mine_) return {};
        return database_.run("BEGIN");
    }

  private:
    Database& database_;
    bool mine_;
};

Verified::Flaw missing(std::uint64_t row) {
    return {row, row_number(row) + " is missing"};
}

// Row by row; fed in the order of the numbers.
class Walk {
  public:
    Walk(std::uint64_t next, std::string hash) : next_(next), hash_(std::move(hash)) {}

    std::optional<Verified::Flaw> step(const StoredRow& stored) {
        const auto id = stored.row.id;
        if (id < next_) return Verified::Flaw{id, row_number(id) + " was dropped, and is there again"};
        if (id > next_) return missing(next_);
        if (chain_hash(hash_, stored) != stored.hash)
            return Verified::Flaw{id, row_number(id) + " was changed, or is not where it was"};
        hash_ = stored.hash;
        ++next_;
        if (stored.row.kind == "pruned") pruned_ = pruned_of(stored.row.detail);
        return std::nullopt;
    }

    std::optional<Verified::Flaw> end(const Tail& tail) const {
        if (next_ <= tail.id) return missing(next_);
        if (next_ > tail.id + 1) return Verified::Flaw{tail.id + 1, row_number(tail.id + 1) + " was added"};
        if (hash_ != tail.hash) return Verified::Flaw{tail.id, row_number(tail.id) + " was changed"};
        return std::nullopt;
    }

    const std::optional<Pruned>& pruned() const { return pruned_; }

  private:
    std::uint64_t next_;
    std::string hash_;
    std::optional<Pruned> pruned_;
};

core::Result<std::string> hash_before(Database& database, std::uint64_t id) {
    const auto before = read_row(database, id - 1);
    if (!before) return before.error();
    return *before ? (**before).hash : std::string{};
}

}  // namespace

core::Result<Verified> verify(Database& database, std::uint64_t from) {
    OneMoment moment{database};
    const auto begun = moment.begin();
    if (!begun) return begun.error();
    const auto head = head_of(database);
    if (!head) return head.error();
    Verified verified;
    if (!*head) {
        verified.flaw = Verified::Flaw{0, "the head is missing"};
        return verified;
    }
    const Pruned& dropped = (*head)->dropped;
    const bool is_whole = from <= dropped.up_to + 1;
    verified.first = is_whole ? dropped.up_to + 1 : from;
    verified.last = (*head)->tail.id;
    const auto before =
        is_whole ? core::Result<std::string>{dropped.hash} : hash_before(database, verified.first);
    if (!before) return before.error();

    Walk walk{verified.first, *before};
    auto rows =
        database.prepare(std::string{"SELECT "} + row_columns + " FROM rows WHERE id >= ?1 ORDER BY id");
    if (!rows) return rows.error();
    rows->bind(1, is_whole ? 0 : number_of(from));
    while (!verified.flaw) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) break;
        verified.flaw = walk.step(row_from(*rows));
        if (!verified.flaw) ++verified.rows;
    }
    rows->reset();
    if (!verified.flaw) verified.flaw = walk.end((*head)->tail);
    if (!verified.flaw && is_whole && walk.pruned().value_or(Pruned{}) != dropped) {
        verified.flaw = Verified::Flaw{
            dropped.up_to, row_number(dropped.up_to) + " and those before are missing, and no row says so"};
    }
    return verified;
}

}  // namespace curfew::daemon
