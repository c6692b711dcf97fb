//! Where a page ended, in an opaque form.
