#pragma once
// The server's end of DCE/RPC on one open \srvsvc: takes the bytes that are written to the pipe, however they
// are cut, and says what has come of them. One call at a time: after `call`, answer() or fault() comes first.
//
// A peer that breaks the protocol breaks its pipe, as the RPC runtimes of Windows and Samba do.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/lab/fault.hpp"
#include "core/lab/wire/rpc_pdu.hpp"

namespace curfew::core::lab {

struct RpcEvent {
    enum class Kind {
        more,    // nothing yet
        output,  // `bytes` are fragments to be read
        call,    // `opnum` is called with the stub in `bytes`
        broken,  // nothing more will come out of this pipe
    };
    Kind kind = Kind::more;
    Bytes bytes;
    std::uint16_t opnum = 0;
    Call what = Call::other;
};

class RpcServer {
  public:
    RpcEvent feed(std::span<const std::uint8_t> bytes);

    // What answers the call: fragments of at most `most` bytes where that is less than was agreed on.
    Bytes answer(std::span<const std::uint8_t> stub, std::optional<std::size_t> most = std::nullopt) const;
    Bytes fault(std::uint32_t status) const;

    void rest();

  private:
    // The call whose fragments are coming in, or that is being answered.
    struct Request {
        std::uint32_t call_id = 0;
        std::uint16_t context = 0;
        std::uint16_t opnum = 0;
        bool open = false;  // its last fragment has not come
    };

    RpcEvent take_pdu(const PduHeader& header, std::span<const std::uint8_t> pdu);
    RpcEvent bind(const PduHeader& header, std::span<const std::uint8_t> pdu);
    RpcEvent take_fragment(const PduHeader& header, std::span<const std::uint8_t> pdu);
    std::vector<ContextResult> judge(const std::vector<ContextOffer>& offers);
    RpcEvent break_off();

    std::vector<std::uint16_t> contexts_;  // those on which srvsvc may be called
    std::uint16_t max_fragment_ = rpc::smallest_fragment;
    bool bound_ = false;
    bool broken_ = false;
    Request request_;
    Bytes stub_;     // of a call that is not whole yet
    Bytes pending_;  // of a fragment that is not whole yet
};

}  // namespace curfew::core::lab
