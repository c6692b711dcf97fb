#![no_main]

#[path = "../checks/dates.rs"]
mod dates;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dates::check(bytes));
