#pragma once
// Names come from strangers: a client can call itself anything, colours and fake log lines included. Whatever
// goes to a person or a file passes here, and nothing else does the escaping.

#include <string>
#include <string_view>

namespace curfew::daemon {

// For a terminal or a table: control characters, those that change the direction or the place of text, and
// bytes that are not UTF-8 become visible as \x1b or \u{202e}; a backslash stays one.
std::string for_people(std::string_view text);

// For a chat: as for people, and nothing in it calls upon anybody, links to a place or is a command there.
// What could is replaced by characters that look alike.
std::string for_chat(std::string_view text);

// A value in a text log line: as for people, in double quotes where it is empty or has blanks, quotes or `=`;
// quotes and backslashes within are then written \" and \\.
std::string for_log(std::string_view text);

// A string literal of JSON, quotes included. What is not UTF-8 becomes U+FFFD.
std::string for_json(std::string_view text);

// A field of CSV (RFC 4180). A field that a spreadsheet would take for a formula gets an apostrophe in front.
std::string for_csv(std::string_view text);

// How many columns a terminal needs for it.
std::size_t columns(std::string_view text);

}  // namespace curfew::daemon
