//! Vendors' action frames (9.6.5).

use crate::frame::layout::layout;

layout! {
    /// A vendor specific action frame: of its own category, protected or not, or public.
    VendorAction<'a> "vendor specific action" {
        /// Organization; those of five bytes go on in `content`.
        oui: [u8; 3],
    } then {
        /// What the vendor likes.
        content
    }
}
