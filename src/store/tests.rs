//! The store alone: what it gives back, what it refuses, and what becomes of a disk that fails.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use redb::{StorageBackend, backends::FileBackend};

use super::damage::{Unusable, Why};
use super::file::Folder;
use super::marker::Marker;
use super::queue::{Batch, Store, Table, Trouble};
use super::writer::Writer;

const FILE: &str = "sandbox.redb";
const SPACE: Table = Table::Space(1);
const ALL: (&[u8], &[u8]) = (&[], &[0xff]);

fn open(folder: &Path) -> Result<Folder, Unusable> {
    Folder::open(folder, "1.1")
}

fn put(store: &Store, rows: &[(&str, &str)]) -> u64 {
    let mut batch = Batch::default();
    for (key, value) in rows {
        batch.row(SPACE, key.as_bytes().to_vec(), Some(value.as_bytes().to_vec()));
    }
    store.put(batch)
}

fn wait(store: &Store, number: u64) -> Result<(), Trouble> {
    store.written(number).map_or(Ok(()), super::Written::wait)
}

fn read(folder: &Folder) -> Result<Vec<(String, String)>, Why> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    folder.rows(SPACE, ALL, |rows| rows.map(|(key, value)| (text(key), text(value))).collect())
}

fn filled(folder: &Path, count: usize) {
    let store = open(folder).expect("a folder").begin().expect("a store");
    for nth in 0..count {
        put(&store, &[(&format!("row/{nth:05}"), &"x".repeat(nth % 300))]);
    }
    store.close();
}

#[test]
fn what_was_waited_for_is_there_again_and_spaces_go_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = open(folder.path()).expect("a folder");
    assert!(opened.spaces().is_empty());
    let store = opened.begin().expect("a store");
    assert_eq!(store.new_space(), 1);
    put(&store, &[("a", "1"), ("b", "2")]);
    let mut batch = Batch::default();
    batch.row(SPACE, b"a".to_vec(), None);
    batch.row(SPACE, b"c".to_vec(), Some(b"3".to_vec()));
    batch.row(Table::Space(2), b"a".to_vec(), Some(b"4".to_vec()));
    let last = store.put(batch);
    assert_eq!(wait(&store, last), Ok(()));
    store.close();
    drop(store);

    let opened = open(folder.path()).expect("the folder");
    assert_eq!(opened.spaces(), [1, 2]);
    assert_eq!(read(&opened).expect("rows"), [("b".into(), "2".into()), ("c".into(), "3".into())]);
    let store = opened.begin().expect("a store");
    assert_eq!(store.new_space(), 3);
    let mut batch = Batch::default();
    batch.row(SPACE, b"d".to_vec(), Some(b"5".to_vec()));
    batch.drop_space(1);
    store.put(batch);
    store.close();
    assert_eq!(open(folder.path()).expect("the folder").spaces(), [2]);
}

#[test]
fn one_at_a_time_uses_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = open(folder.path()).expect("a folder");
    let second = open(folder.path()).err().expect("nobody else");
    assert!(matches!(second.why, Why::InUse), "{second}");
    drop(first);
    open(folder.path()).expect("it is free again");
}

#[test]
fn what_comes_after_the_end_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).expect("a folder").begin().expect("a store");
    let done = Arc::new(AtomicU64::new(0));
    let before = put(&store, &[("a", "1")]);
    let its = Arc::clone(&done);
    store.afterwards(move || {
        its.fetch_add(1, Ordering::SeqCst);
    });
    store.close();
    assert_eq!(wait(&store, before), Ok(()));
    assert_eq!(done.load(Ordering::SeqCst), 1);
    let after = put(&store, &[("b", "2")]);
    assert_eq!(wait(&store, after), Err(Trouble::Closed));
    store.afterwards(|| panic!("nothing comes after the end"));
}

#[test]
fn a_folder_that_cannot_be_one_is_refused_with_what_helps() {
    let folder = tempfile::tempdir().expect("a folder");
    let refusal = |path: &Path| Folder::open(path, "1.1").err().expect("a refusal").to_string();
    assert!(refusal(&folder.path().join("no/such")).contains("make that one first"));
    let file = folder.path().join("file");
    std::fs::write(&file, "text").expect("a file");
    assert!(refusal(&file).contains("--data takes a folder"));
    std::fs::write(folder.path().join(FILE), "a diary, not a database\n".repeat(400)).expect("a file");
    assert!(refusal(folder.path()).contains("no file of the sandbox"), "{}", refusal(folder.path()));
    // It is left as it is.
    assert!(std::fs::read_to_string(folder.path().join(FILE)).expect("the file").starts_with("a diary"));
    let other = tempfile::tempdir().expect("a folder");
    filled(other.path(), 1);
    let refused = Folder::open(other.path(), "2.1").err().expect("a refusal").to_string();
    assert!(refused.contains("its format is 1.1, and this version reads 2.1 only"), "{refused}");
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 300);
    let file = folder.path().join(FILE);
    let good = std::fs::read(&file).expect("the file");
    for length in [0, 1, 9, 64, 320, 4_096, 8_192, good.len() / 2, good.len() - 4_096, good.len() - 1] {
        std::fs::write(&file, &good[..length]).expect("the file");
        let refused = open(folder.path()).err().unwrap_or_else(|| panic!("{length} bytes were taken"));
        assert!(refused.to_string().contains(FILE), "{refused}");
    }
}

/// A bit of every byte of the head, all of its flags, and bits all over the pages: what is opened is what was written, or it is refused.
#[test]
fn a_flipped_bit_is_refused_or_harms_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 300);
    let file = folder.path().join(FILE);
    let good = std::fs::read(&file).expect("the file");
    let right = read(&open(folder.path()).expect("the folder")).expect("rows");
    assert_eq!(right.len(), 300);
    let used = good.len() - good.iter().rev().take_while(|byte| **byte == 0).count();
    let mut bits: Vec<usize> = (0..320).map(|byte| byte * 8 + byte % 8).chain(9 * 8..10 * 8).collect();
    bits.extend((320..used).step_by(used / 200).map(|byte| byte * 8 + byte % 8));
    let (mut refused, mut harmless) = (0, 0);
    for bit in bits {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&file, &bad).expect("the file");
        match open(folder.path()).map_err(|bad| bad.why).and_then(|opened| read(&opened)) {
            Err(_) => refused += 1,
            Ok(rows) => {
                assert_eq!(rows, right, "bit {bit}");
                harmless += 1;
            }
        }
    }
    assert!(refused > 50 && harmless > 50, "{refused} refused, {harmless} harmless");
}

/// The newest state is gone, and the one before it is whole: redb would go on with that.
#[test]
fn a_file_that_fell_back_behind_what_was_answered_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 3);
    let old = std::fs::read(folder.path().join(FILE)).expect("the file");
    filled(folder.path(), 9);
    std::fs::write(folder.path().join(FILE), old).expect("the file");
    let refused = open(folder.path()).err().expect("a refusal").to_string();
    assert!(refused.contains("older than what was last answered"), "{refused}");
}

#[test]
fn the_first_error_stops_all_writes_and_is_the_one_that_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 3);
    let (marker, told) = Marker::open(&folder.path().join("answered")).expect("a marker");
    let file =
        std::fs::OpenOptions::new().read(true).write(true).open(folder.path().join(FILE)).expect("the file");
    let full = Arc::new(AtomicBool::new(false));
    let disk = Disk { file: FileBackend::new(file).expect("a backend"), full: Arc::clone(&full) };
    let rows = redb::Builder::new().create_with_backend(disk).expect("a database");
    let store = Store::new(2);
    let writer = Writer { rows, marker, number: told.expect("a number"), name: "the file".to_owned() };
    let its = store.clone();
    store.is_written_by(std::thread::spawn(move || writer.run(&its)));
    let good = put(&store, &[("good", "1")]);
    assert_eq!(wait(&store, good), Ok(()));
    full.store(true, Ordering::SeqCst);
    let bad = put(&store, &[("bad", "1")]);
    let why = wait(&store, bad).expect_err("the disk is full");
    let Trouble::Failed(text) = &why else { panic!("{why:?}") };
    assert!(text.contains("the disk is full"), "{text}");
    // Room again helps nothing: what failed once is not tried again, and its word stays the first one.
    full.store(false, Ordering::SeqCst);
    let later = put(&store, &[("later", "1")]);
    assert_eq!(wait(&store, later), Err(why.clone()));
    assert_eq!(store.trouble(), Some(&why));
    store.close();
    drop(store);
    let rows = read(&open(folder.path()).expect("the folder")).expect("rows");
    let keys: Vec<&str> = rows.iter().map(|(key, _)| key.as_str()).collect();
    assert!(keys.contains(&"good") && !keys.contains(&"bad") && !keys.contains(&"later"), "{keys:?}");
}

/// A disk that can be full.
#[derive(Debug)]
struct Disk {
    file: FileBackend,
    full: Arc<AtomicBool>,
}

impl Disk {
    fn room(&self) -> Result<(), std::io::Error> {
        if self.full.load(Ordering::SeqCst) { Err(std::io::Error::other("the disk is full")) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, std::io::Error> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.room()?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> Result<(), std::io::Error> {
        self.room()?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        self.room()?;
        self.file.write(offset, data)
    }

    fn close(&self) -> Result<(), std::io::Error> {
        self.file.close()
    }
}
