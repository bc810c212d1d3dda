// IPC$ and the pipe \srvsvc on it.
#include <algorithm>

#include "core/lab/wire/connection_state.hpp"
#include "core/lab/wire/replies.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::size_t most_trees = 16;
constexpr std::size_t most_opens = 16;
constexpr std::size_t most_unread = 64 * 1024;  // before a pipe takes nothing more
constexpr std::uint32_t fsctl_get_referrals = 0x00060194;
constexpr std::uint32_t fsctl_get_referrals_ex = 0x000601B0;

bool is_ipc(std::u16string_view path) {
    const auto text = fold_case(utf8_from_utf16(path));
    if (!text.starts_with("\\\\")) return false;
    const auto share = text.find('\\', 2);
    return share != std::string::npos && share > 2 && text.substr(share) == "\\ipc$";
}

bool is_srvsvc(std::u16string_view name) {
    if (name.starts_with(u'\\')) name.remove_prefix(1);
    return fold_case(utf8_from_utf16(name)) == "srvsvc";
}

smb::FileId file_id(std::uint64_t number) {
    smb::FileId id{};
    for (std::size_t i = 0; i < 8; ++i) id[i] = id[i + 8] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}

}  // namespace

ServerConnection::State::Stop ServerConnection::State::on_tree_connect(const Request& request) {
    const auto path = decode_tree_connect(request.message);
    if (!path) return refuse(NtStatus::invalid_parameter);
    if (!is_ipc(*path)) return refuse(NtStatus::bad_network_name);
    auto& trees = request.session->trees;
    if (trees.size() == most_trees) return refuse(NtStatus::insufficient_resources);
    trees.push_back(next_tree);
    exchange.request.tree_id = next_tree++;
    reply(NtStatus::success, encode_tree_connect_reply);
    return std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::on_tree_disconnect(const Request& request) {
    if (!decode_bare(request.message)) return refuse(NtStatus::invalid_parameter);
    request.session->disconnect(request.header.tree_id);
    reply(NtStatus::success, encode_bare_reply);
    return std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::on_create(const Request& request) {
    const auto name = decode_create(request.message);
    if (!name) return refuse(NtStatus::invalid_parameter);
    if (!is_srvsvc(*name)) return refuse(NtStatus::object_name_not_found);
    auto& opens = request.session->opens;
    if (opens.size() == most_opens) return refuse(NtStatus::insufficient_resources);
    auto& open = *opens.emplace_back(std::make_unique<Open>());
    open.file = exchange.file = file_id(next_file++);
    open.tree = request.header.tree_id;
    reply(NtStatus::success, [&](ByteWriter& out) { encode_create_reply(open.file, out); });
    return std::nullopt;
}

// A related request may leave it to the one before to say which file.
Open* ServerConnection::State::open_of(const Request& request, const smb::FileId& file) {
    const bool inherits = (request.header.flags & smb::flag_related) && file == smb::no_file;
    if (!inherits) exchange.file = file;
    auto* open = request.session->find(exchange.file);
    return open && open->tree == request.header.tree_id ? open : nullptr;
}

ServerConnection::State::Stop ServerConnection::State::on_close(const Request& request) {
    const auto file = decode_close(request.message);
    auto* open = file ? open_of(request, *file) : nullptr;
    if (spoiled(request, Call::other, open)) return std::nullopt;
    if (!file) return refuse(NtStatus::invalid_parameter);
    if (!open) return refuse(NtStatus::file_closed);
    request.session->close(*open);
    reply(NtStatus::success, encode_close_reply);
    return std::nullopt;
}

// A real server lets a read on an empty pipe wait for what comes. Nothing can come here before the next
// request is read, so it is told at once.
ServerConnection::State::Stop ServerConnection::State::on_read(const Request& request) {
    const auto read = decode_read(request.message);
    auto* open = read ? open_of(request, read->file) : nullptr;
    if (spoiled(request, Call::other, open)) return std::nullopt;
    if (!read || read->length > largest_transfer) return refuse(NtStatus::invalid_parameter);
    if (!open) return refuse(NtStatus::file_closed);
    if (open->queue.empty()) return refuse(NtStatus::pipe_empty);
    const auto piece = open->queue.take(read->length);
    reply(piece.cut ? NtStatus::buffer_overflow : NtStatus::success,
          [&](ByteWriter& out) { encode_read_reply(piece.bytes, out); });
    return std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::on_write(const Request& request) {
    const auto write = decode_write(request.message);
    auto* open = write ? open_of(request, write->file) : nullptr;
    if (!open || write->data.size() > largest_transfer) {
        if (spoiled(request, Call::other, open)) return std::nullopt;
        return refuse(write && !open ? NtStatus::file_closed : NtStatus::invalid_parameter);
    }
    waiting.ioctl = 0;
    waiting.size = static_cast<std::uint32_t>(write->data.size());
    return on_pipe_input(request, open, write->data);
}

ServerConnection::State::Stop ServerConnection::State::on_ioctl(const Request& request) {
    const auto ioctl = decode_ioctl(request.message);
    const bool transceives = ioctl && ioctl->is_fsctl && ioctl->code == smb::fsctl_pipe_transceive;
    auto* open = transceives ? open_of(request, ioctl->file) : nullptr;
    const bool too_much =
        ioctl && (ioctl->input.size() > largest_transfer || ioctl->max_output > largest_transfer);
    if (open && !too_much) {
        waiting.ioctl = ioctl->code;
        waiting.size = ioctl->max_output;
        return on_pipe_input(request, open, ioctl->input);
    }
    if (spoiled(request, Call::other, open)) return std::nullopt;
    if (!ioctl || too_much) return refuse(NtStatus::invalid_parameter);
    if (!ioctl->is_fsctl) return refuse(NtStatus::not_supported);
    if (transceives) return refuse(NtStatus::file_closed);
    if (ioctl->code == smb::fsctl_validate_negotiate_info) {
        if (ioctl->file != smb::no_file) return refuse(NtStatus::invalid_parameter);
        return on_validate_negotiate(*ioctl);
    }
    const bool referrals = ioctl->code == fsctl_get_referrals || ioctl->code == fsctl_get_referrals_ex;
    return refuse(referrals ? NtStatus::fs_driver_required : NtStatus::invalid_device_request);
}

ServerConnection::State::Stop ServerConnection::State::on_pipe_input(const Request& request, Open* open,
                                                                     std::span<const std::uint8_t> input) {
    // What was asked last is to be read first: by a transaction always, else within bounds.
    const bool unread = waiting.ioctl != 0 ? !open->queue.empty() : open->queue.size() > most_unread;
    if (unread) {
        if (spoiled(request, Call::other, open)) return std::nullopt;
        return refuse(NtStatus::pipe_busy);
    }
    auto event = open->rpc.feed(input);
    const bool is_call = event.kind == RpcEvent::Kind::call;
    if (spoiled(request, event.what, open, is_call)) return std::nullopt;
    if (event.kind == RpcEvent::Kind::broken) return refuse(NtStatus::pipe_broken);
    if (event.kind == RpcEvent::Kind::output) open->queue.put(std::move(event.bytes));
    if (!is_call) return end_pipe_input(*open);
    waiting.what = Waiting::For::answer;
    waiting.open = open;
    Action action;
    action.kind = Action::Kind::call;
    action.bytes = std::move(event.bytes);
    action.opnum = event.opnum;
    action.session = request.session->id;
    action.what = event.what;
    if (!exchange.fault) return action;
    switch (exchange.fault->kind) {
        case FaultKind::access_denied:
        case FaultKind::truncated_ndr:
        case FaultKind::oversized_ndr:
        case FaultKind::wake_up: action.fault = exchange.fault; break;
        default: break;
    }
    return action;
}

Action ServerConnection::State::on_rpc_answer(Bytes fragments) {
    auto& open = *waiting.open;
    open.queue.put(std::move(fragments));
    end_pipe_input(open);
    return resume();
}

ServerConnection::State::Stop ServerConnection::State::end_pipe_input(Open& open) {
    if (exchange.fault && exchange.fault->kind == FaultKind::fragments)
        open.queue.give_at_most(std::max<std::size_t>(exchange.fault->size, 1));
    if (waiting.ioctl == 0) {
        reply(NtStatus::success, [&](ByteWriter& out) { encode_write_reply(waiting.size, out); });
        return std::nullopt;
    }
    if (open.queue.empty()) return refuse(NtStatus::pipe_empty);
    const auto piece = open.queue.take(waiting.size);
    reply(piece.cut ? NtStatus::buffer_overflow : NtStatus::success, [&](ByteWriter& out) {
        encode_ioctl_reply(smb::fsctl_pipe_transceive, open.file, piece.bytes, out);
    });
    return std::nullopt;
}

}  // namespace curfew::core::lab
