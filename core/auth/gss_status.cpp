#include "core/auth/gss_status.hpp"

#include "core/errors/smb_error.hpp"

namespace curfew::core {
namespace {

std::string sentences(OM_uint32 status, int kind, gss_OID mechanism) {
    std::string text;
    OM_uint32 more = 0;
    do {
        OM_uint32 ignored = 0;
        gss_buffer_desc sentence = GSS_C_EMPTY_BUFFER;
        if (GSS_ERROR(gss_display_status(&ignored, status, kind, mechanism, &more, &sentence))) break;
        if (!text.empty()) text += ", ";
        text.append(static_cast<const char*>(sentence.value), sentence.length);
        gss_release_buffer(&ignored, &sentence);
    } while (more != 0);
    return text;
}

}  // namespace

Error gss_error(OM_uint32 major, OM_uint32 minor, gss_OID mechanism, const std::string& doing) {
    std::string text = doing + ": " + sentences(major, GSS_C_GSS_CODE, GSS_C_NO_OID);
    const std::string detail = minor == 0 ? std::string{} : sentences(minor, GSS_C_MECH_CODE, mechanism);
    if (!detail.empty()) text += " (" + detail + ")";
    return {make_error_code(SmbError::authentication), text};
}

}  // namespace curfew::core
