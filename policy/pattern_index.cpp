#include "policy/pattern_index.hpp"

#include <optional>

namespace curfew::policy {

UserIndex::Builder::Builder(std::size_t clauses) : words_(words_for(clauses)) {
    index_.dimension_ = Dimension{clauses};
    index_.with_qualified_.resize(words_);
    index_.without_part_.resize(words_);
}

void UserIndex::Builder::add(std::size_t clause, const std::vector<UserPattern>& any_of, bool negated,
                             bool asks_certain) {
    index_.dimension_.add(clause, negated, asks_certain);
    for (const UserPattern& pattern : any_of) {
        const NamePattern& name = pattern.name();
        if (pattern.as_list()) {
            lists_.add(pattern, pattern.as_list(), clause);
        } else if (!name.has_backslash()) {
            bare_.add(name, name.text(), clause);
        } else {
            qualified_.add(name, name.text(), clause);
            set_bit(index_.with_qualified_, clause);
            if (name.name_part())
                name_parts_.add(*name.name_part(), name.name_part()->text(), clause);
            else
                set_bit(index_.without_part_, clause);
        }
    }
}

UserIndex UserIndex::Builder::build() {
    index_.wants_domain_ = !qualified_.alternatives.empty() || !lists_.alternatives.empty();
    index_.of_bare_ = Postings{bare_.clauses_of, words_};
    index_.of_qualified_ = Postings{qualified_.clauses_of, words_};
    index_.of_name_parts_ = Postings{name_parts_.clauses_of, words_};
    index_.of_lists_ = Postings{lists_.clauses_of, words_};
    index_.bare_ = NameSet{std::move(bare_.alternatives)};
    index_.qualified_ = NameSet{std::move(qualified_.alternatives)};
    index_.name_parts_ = NameSet{std::move(name_parts_.alternatives)};
    index_.lists_ = std::move(lists_.alternatives);
    return std::move(index_);
}

void UserIndex::mark(const SessionFacts& session, Bits& marked) const {
    if (!session.user_known) return dimension_.mark_all_unknown(marked);
    const NameText name{session.user};
    if (!name.valid()) return dimension_.mark_all_unknown(marked);
    bare_.each(name, [&](std::size_t pattern, Truth truth) {
        of_bare_.mark(pattern, truth, dimension_, marked);
        return true;
    });
    if (!wants_domain_) return;
    std::optional<NameText> qualified;
    if (!session.domain.empty()) qualified.emplace(session.domain, session.user);
    mark_qualified(session, name, qualified ? &*qualified : nullptr, marked);
}

// As UserPattern::matches() says of one of them.
void UserIndex::mark_qualified(const SessionFacts& session, const NameText& name, const NameText* qualified,
                               Bits& marked) const {
    for (std::size_t i = 0; i < lists_.size(); ++i)
        of_lists_.mark(i, lists_[i].matches(name, qualified), dimension_, marked);
    if (qualified && qualified->valid()) {
        qualified_.each(*qualified, [&](std::size_t pattern, Truth truth) {
            of_qualified_.mark(pattern, truth, dimension_, marked);
            return true;
        });
    } else if (qualified || session.user.find('\\') != std::string::npos) {
        dimension_.mark_unknown(with_qualified_, marked);
    } else {
        dimension_.mark_unknown(without_part_, marked);
        name_parts_.each(name, [&](std::size_t part, Truth) {
            of_name_parts_.mark(part, Truth::unknown, dimension_, marked);
            return true;
        });
    }
}

ClientIndex::Builder::Builder(std::size_t clauses) : words_(words_for(clauses)) {
    index_.dimension_ = Dimension{clauses};
    index_.with_blocks_.resize(words_);
    index_.with_names_.resize(words_);
}

void ClientIndex::Builder::add(std::size_t clause, const std::vector<ClientPattern>& any_of, bool negated,
                               bool asks_certain) {
    index_.dimension_.add(clause, negated, asks_certain);
    for (const ClientPattern& pattern : any_of) {
        if (const auto* block = pattern.block()) {
            blocks_.add(*block, block->to_string(), clause);
            set_bit(index_.with_blocks_, clause);
        } else if (const auto* name = pattern.name()) {
            names_.add(*name, name->text(), clause);
            set_bit(index_.with_names_, clause);
        } else {
            lists_.add(pattern, pattern.as_list(), clause);
        }
    }
}

ClientIndex ClientIndex::Builder::build() {
    index_.of_blocks_ = Postings{blocks_.clauses_of, words_};
    index_.of_names_ = Postings{names_.clauses_of, words_};
    index_.of_lists_ = Postings{lists_.clauses_of, words_};
    index_.blocks_ = NetworkSet{std::move(blocks_.alternatives)};
    index_.names_ = NameSet{std::move(names_.alternatives)};
    index_.lists_ = std::move(lists_.alternatives);
    return std::move(index_);
}

void ClientIndex::mark(const ClientFacts& client, Bits& marked) const {
    // All there is to know of a client. Whoever adds to it adds to what is marked here.
    // What was found out beside what is reported is for the conditions themselves: see Decider.
    const auto& [address, reported, found] = client;
    if (found) return;
    std::optional<NameText> name;
    if (reported) name.emplace(*reported);

    for (std::size_t i = 0; i < lists_.size(); ++i)
        of_lists_.mark(i, lists_[i].matches(client, name ? &*name : nullptr), dimension_, marked);
    if (address) {
        blocks_.each(*address, [&](std::size_t block) {
            of_blocks_.mark(block, Truth::yes, dimension_, marked);
            return true;
        });
    } else {
        dimension_.mark_unknown(with_blocks_, marked);
    }
    if (name && name->valid()) {
        names_.each(*name, [&](std::size_t pattern, Truth truth) {
            of_names_.mark(pattern, truth, dimension_, marked);
            return true;
        });
    } else {
        dimension_.mark_unknown(with_names_, marked);
    }
}

}  // namespace curfew::policy
