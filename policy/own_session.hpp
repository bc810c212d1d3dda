#pragma once
// Which of the sessions a server lists are the daemon's own.
//
// The server says nothing of it: no session id, only account, client and age. Two mistakes are possible and
// they are not alike. To take a stranger's session for ours keeps it alive, which harms nobody. To take ours
// for a stranger's ends our own connection in the middle of a call, of which then nobody knows the outcome.
// So every doubt goes towards `ours`:
//
// - Whoever bears our account is ours, by whatever connection, in whatever domain: the server may report
//   svc-curfew, CORP\svc-curfew or svc-curfew@CORP for one logon.
// - The server may have mapped the account to another name (Samba's `username map`, a guest logon). Then
//   address and age tell: a session from our end of the connection which began with it.
// - And the address may be another on the server's side (NAT, a forwarder). If neither account nor address
//   finds anyone, age alone has to do.
//
// But there is one use of the answer where the doubt points the other way. On Samba a call for another user
// on our own host ends every session of that host but ours, which has a process to itself; so ours is left
// out of the targets. Were that a mistake, somebody would be ended who was never asked about. Hence
// `connection` is said only of a session that account, age and address agree on, or account and age where the
// address is not comparable, and only if there is exactly one; everything less is `account` or `possible`:
// never ended, and in the way of every call that would end it.

#include "policy/facts.hpp"

namespace curfew::policy {

// Fills `own` of every session.
void find_own_sessions(std::vector<SessionFacts>& sessions, const core::OwnConnection& own,
                       const core::Now& at);

}  // namespace curfew::policy
