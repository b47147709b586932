#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| linksfield_sandbox::fuzzing::run("store", input));
