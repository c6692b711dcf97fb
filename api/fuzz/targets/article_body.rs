#![no_main]

#[path = "../checks/article_body.rs"]
mod article_body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| article_body::check(bytes));
