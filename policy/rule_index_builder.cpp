#include "policy/rule_index_builder.hpp"

#include <algorithm>
#include <utility>

#include "core/session.hpp"

namespace curfew::policy {
namespace {

// Of one entry. What has more is rare, and asked as it stands.
constexpr std::size_t most_clauses = 32;

template <class T> std::optional<std::int64_t> number(const std::optional<T>& bound) {
    if (!bound) return std::nullopt;
    if constexpr (std::is_same_v<T, core::Seconds>)
        return bound->count();
    else
        return std::int64_t{*bound};
}

// Outside of a range with two ends are two ranges: nothing.
std::optional<Interval> interval_of(const Interval& range, bool negated) {
    if (!negated) return range;
    if (range.from && range.to) return std::nullopt;
    if (range.from) return Interval{std::nullopt, range.from};
    if (range.to) return Interval{range.to, std::nullopt};
    return Interval{0, 0};  // nowhere
}

}  // namespace

// Puts a literal into its place; says false where nobody can meet the clause any more.
class RuleIndex::Builder::Sorting {
  public:
    Sorting(Draft& draft, const Literal& literal) : draft_(draft), literal_(literal) {}

    bool run() { return std::visit(*this, literal_.condition->node); }

    bool operator()(const UserMatches& node) const { return patterns(node.any_of, draft_.user); }
    bool operator()(const ClientMatches& node) const { return patterns(node.any_of, draft_.client); }
    bool operator()(const ServerMatches& node) const { return patterns(node.any_of, draft_.server); }
    bool operator()(const HasTag& node) const { return place(node.any_of.empty() ? nullptr : &draft_.tags); }
    bool operator()(const InSchedule& node) const {
        const bool all_there =
            !node.any_of.empty() && std::all_of(node.any_of.begin(), node.any_of.end(),
                                                [](const auto& schedule) { return schedule != nullptr; });
        return place(all_there ? &draft_.schedule : nullptr);
    }
    // Taken member by member: whoever adds one has to say here what it means.
    bool operator()(const IdleIn& node) const {
        const auto& [range, or_quiet] = node;
        if (or_quiet) return place(nullptr);
        return bounds({number(range.at_least), number(range.below)}, draft_.idle);
    }
    bool operator()(const ConnectedIn& node) const {
        const auto& [range] = node;
        return bounds({number(range.at_least), number(range.below)}, draft_.connected);
    }
    bool operator()(const OpenFilesIn& node) const {
        const auto& [range] = node;
        // There are no fewer than none.
        const auto from = range.at_least == 0U ? std::nullopt : number(range.at_least);
        return bounds({from, number(range.below)}, draft_.open_files);
    }
    bool operator()(const FlagIs& node) const {
        if (node.flag == core::sess_guest) return place(&draft_.guest);
        if (node.flag == core::sess_noencryption) return place(&draft_.plaintext);
        return place(nullptr);
    }
    template <class Other> bool operator()(const Other&) const { return place(nullptr); }

  private:
    bool place(const Literal** slot) const {
        if (slot && !*slot)
            *slot = &literal_;
        else
            draft_.questions.push_back(&literal_);
        return true;
    }
    // What is true of everybody goes without saying, and its opposite is said of nobody.
    template <class Pattern> bool patterns(const std::vector<Pattern>& any_of, const Literal*& slot) const {
        if (std::any_of(any_of.begin(), any_of.end(),
                        [](const Pattern& pattern) { return pattern.matches_everything(); }))
            return !literal_.negated;
        return place(any_of.empty() ? nullptr : &slot);
    }
    bool bounds(const Interval& range, Bounds& slot) const {
        const auto interval = interval_of(range, literal_.negated);
        if (!interval || slot.literal) return place(nullptr);
        slot = {*interval, &literal_};
        return true;
    }

    Draft& draft_;
    const Literal& literal_;
};

void RuleIndex::Builder::take_apart(const Condition& condition, bool asks_certain, bool as_a_whole) {
    for (Clause& clause : clauses_of(condition, most_clauses)) {
        Draft& draft = drafts_.emplace_back();
        draft.entry = entries_;
        draft.asks_certain = asks_certain;
        draft.as_a_whole = as_a_whole;
        draft.literals = std::move(clause);
        const bool possible =
            std::all_of(draft.literals.begin(), draft.literals.end(), [&](const Literal& literal) {
                return Sorting{draft, literal}.run();
            });
        if (!possible) drafts_.pop_back();
    }
    ++entries_;
}

void RuleIndex::Builder::finish() {
    const std::size_t words = words_for(drafts_.size());
    index_.all_.resize(words);
    Bits lenient(words);
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        set_bit(index_.all_, i);
        if (!drafts_[i].asks_certain) set_bit(lenient, i);
    }
    ranges(&Draft::idle, lenient, index_.idle_);
    ranges(&Draft::connected, lenient, index_.connected_);
    ranges(&Draft::open_files, lenient, index_.open_files_);
    flags(lenient);
    users();
    clients();
    servers();
    tags();
    schedules();
    questions();
}

void RuleIndex::Builder::ranges(Bounds Draft::*kind, const Bits& lenient, RangeIndex& out) {
    std::vector<RangeIndex::Entry> entries;
    for (std::size_t i = 0; i < drafts_.size(); ++i)
        if (const auto& bounds = drafts_[i].*kind; bounds.literal) entries.push_back({i, *bounds.interval});
    if (!RangeIndex::affordable(entries, lenient.size())) {
        for (Draft& draft : drafts_)
            if ((draft.*kind).literal) draft.questions.push_back((draft.*kind).literal);
        entries.clear();
    }
    out = RangeIndex{entries, lenient};
}

void RuleIndex::Builder::flags(const Bits& lenient) {
    index_.guest_ = FlagIndex{lenient.size()};
    index_.plaintext_ = FlagIndex{lenient.size()};
    const auto add = [&](std::size_t clause, const Literal* literal, FlagIndex& index) {
        if (literal == nullptr) return;
        const bool set = std::get<FlagIs>(literal->condition->node).set;
        index.add(clause, set != literal->negated, has_bit(lenient, clause));
    };
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        add(i, drafts_[i].guest, index_.guest_);
        add(i, drafts_[i].plaintext, index_.plaintext_);
    }
}

void RuleIndex::Builder::users() {
    UserIndex::Builder builder{drafts_.size()};
    for (std::size_t i = 0; i < drafts_.size(); ++i)
        if (const Literal* literal = drafts_[i].user)
            builder.add(i, std::get<UserMatches>(literal->condition->node).any_of, literal->negated,
                        drafts_[i].asks_certain);
    index_.users_ = builder.build();
}

void RuleIndex::Builder::clients() {
    ClientIndex::Builder builder{drafts_.size()};
    for (std::size_t i = 0; i < drafts_.size(); ++i)
        if (const Literal* literal = drafts_[i].client)
            builder.add(i, std::get<ClientMatches>(literal->condition->node).any_of, literal->negated,
                        drafts_[i].asks_certain);
    index_.clients_ = builder.build();
}

void RuleIndex::Builder::servers() {
    index_.servers_ = Dimension{drafts_.size()};
    Collected<NamePattern> names;
    Collected<NamePattern, const NameList*> lists;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        const Literal* literal = drafts_[i].server;
        if (!literal) continue;
        index_.servers_.add(i, literal->negated, drafts_[i].asks_certain);
        for (const NamePattern& pattern : std::get<ServerMatches>(literal->condition->node).any_of) {
            if (pattern.as_list())
                lists.add(pattern, pattern.as_list(), i);
            else
                names.add(pattern, pattern.text(), i);
        }
    }
    for (std::size_t i = 0; i < lists.alternatives.size(); ++i) {
        names.alternatives.push_back(std::move(lists.alternatives[i]));
        names.clauses_of.push_back(std::move(lists.clauses_of[i]));
    }
    index_.of_server_names_ = Postings{names.clauses_of, words_for(drafts_.size())};
    index_.server_names_ = NameSet{std::move(names.alternatives)};
}

void RuleIndex::Builder::tags() {
    index_.tags_ = Dimension{drafts_.size()};
    Collected<std::string> tags;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        const Literal* literal = drafts_[i].tags;
        if (!literal) continue;
        index_.tags_.add(i, literal->negated, drafts_[i].asks_certain);
        for (const std::string& tag : std::get<HasTag>(literal->condition->node).any_of)
            tags.add(tag, tag, i);
    }
    for (std::size_t i = 0; i < tags.alternatives.size(); ++i)
        index_.tag_numbers_.emplace(std::move(tags.alternatives[i]), i);
    index_.of_tags_ = Postings{tags.clauses_of, words_for(drafts_.size())};
}

void RuleIndex::Builder::schedules() {
    index_.schedules_ = Dimension{drafts_.size()};
    Collected<std::shared_ptr<const Schedule>, const Schedule*> schedules;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
        const Literal* literal = drafts_[i].schedule;
        if (!literal) continue;
        index_.schedules_.add(i, literal->negated, drafts_[i].asks_certain);
        for (const auto& schedule : std::get<InSchedule>(literal->condition->node).any_of)
            schedules.add(schedule, schedule.get(), i);
    }
    index_.schedule_values_ = std::move(schedules.alternatives);
    index_.of_schedules_ = Postings{schedules.clauses_of, words_for(drafts_.size())};
}

void RuleIndex::Builder::questions() {
    index_.clauses_.reserve(drafts_.size());
    for (const Draft& draft : drafts_) {
        Entry& clause = index_.clauses_.emplace_back();
        clause.number = draft.entry;
        clause.asks_certain = draft.asks_certain;
        clause.as_a_whole = draft.as_a_whole;
        clause.questions_begin = static_cast<std::uint32_t>(index_.questions_.size());
        for (const Literal* literal : draft.questions)
            index_.questions_.push_back({*literal->condition, literal->negated});
        clause.questions_end = static_cast<std::uint32_t>(index_.questions_.size());
    }
    for (std::size_t i = drafts_.size(); i-- > 0;) {
        const bool last = i + 1 == drafts_.size() || drafts_[i + 1].entry != drafts_[i].entry;
        index_.clauses_[i].end = last ? static_cast<std::uint32_t>(i + 1) : index_.clauses_[i + 1].end;
    }
}

}  // namespace curfew::policy
