//! The CSV that a codebook of one's own is read from.

use extrema::codec::codebook_csv::{CsvError, parse, write};
use extrema::codec::{CURVE_COUNT, Codebook};

/// The standard table, with one line replaced by another. Lines count from 1; the first is the heading.
fn with_line(number: usize, line: &str) -> String {
    let csv = write(Codebook::standard().curves().rows(), "");
    let lines = csv.lines().zip(1..).map(|(old, at)| if at == number { line } else { old });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn error(csv: &str) -> String {
    parse(csv.as_bytes()).unwrap_err().to_string()
}

#[test]
fn what_is_written_is_read() {
    let mut rows = *Codebook::standard().curves().rows();
    rows[2] = [-128, 127, 0, -1, 10, -100];
    let csv = write(&rows, "two lines\nof comment");
    assert!(
        csv.starts_with("# two lines\n# of comment\nordinal,s1,s2,s3,s4,s5,s6\n1,0,0,0,0,0,0\n")
    );
    assert!(csv.contains("\n3,-128,127,0,-1,10,-100\n"));
    assert_eq!(parse(csv.as_bytes()), Ok(rows));
    let codebook = Codebook::from_csv(csv.as_bytes()).unwrap();
    assert_eq!(codebook.curves().rows(), &rows);
    assert_eq!(codebook.name(), Codebook::own_name(&rows));
}

#[test]
fn the_table_in_the_tree_is_the_standard_codebook() {
    let csv = include_bytes!("../../src/codec/codebook1.csv");
    let codebook = Codebook::from_csv(csv).unwrap();
    assert_eq!(codebook.name(), Codebook::STANDARD);
    assert_eq!(codebook.curves(), Codebook::standard().curves());
}

#[test]
fn what_spreadsheets_make_of_it_is_read() {
    let rows = *Codebook::standard().curves().rows();
    let csv = write(&rows, "");
    let windows = format!("\u{feff}{}", csv.replace('\n', "\r\n"));
    assert_eq!(parse(windows.as_bytes()), Ok(rows));
    let spaced = csv.replace(',', ", ").replace('\n', " \n\n# between\n");
    assert_eq!(parse(spaced.as_bytes()), Ok(rows));
    let bare = csv.split_once('\n').unwrap().1.trim_end();
    assert_eq!(parse(bare.as_bytes()), Ok(rows), "neither heading nor a line break at the end");
}

#[test]
fn errors_name_line_and_column_and_what_belongs_there() {
    for (line, words) in [
        ("4,0,0,1.5,0,0,0", "line 5, column 4 (s3): write a whole number from -128 to 127"),
        ("4,0,0,0,0,0,128", "line 5, column 7 (s6): write a whole number"),
        ("4,-129,0,0,0,0,0", "line 5, column 2 (s1): write a whole number"),
        ("4,0,,0,0,0,0", "line 5, column 3 (s2): write a whole number"),
        ("4,0,0,0,0,0,99999999999999999999", "line 5, column 7 (s6): write a whole number"),
        ("4,0,0,+1,0,0,0", "line 5, column 4 (s3): write a whole number"),
        ("5,0,0,0,0,0,0", "line 5, column 1 (ordinal): the rows count up from 1; write 4 here"),
        ("x,0,0,0,0,0,0", "line 5, column 1 (ordinal): the rows count up from 1; write 4 here"),
        ("4;0;0;0;0;0;0", "line 5, column 1 (ordinal)"),
        ("4,0,0,0", "line 5, column 5: a row has 7 columns"),
        ("4,0,0,0,0,0,0,0", "line 5, column 8: a row has 7 columns"),
        ("4,0,0,0,0,0,0,", "line 5, column 8: a row has 7 columns"),
    ] {
        let found = error(&with_line(5, line));
        assert!(found.starts_with(words), "{line}: {found}");
    }
    assert!(error(&with_line(5, "4,0,0,0")).ends_with("add what is missing"));
    assert!(error(&with_line(5, "4,0,0,0,0,0,0,0")).ends_with("remove what is beyond"));
}

#[test]
fn the_line_and_the_half_cosine_cannot_be_others() {
    let found = error(&with_line(2, "1,0,0,3,0,0,0"));
    assert!(found.starts_with("line 2, column 4 (s3): curve 1 is the straight line"), "{found}");
    let found = error(&with_line(3, "2,0,0,0,0,0,-1"));
    assert!(found.starts_with("line 3, column 7 (s6): curve 2 is the half cosine"), "{found}");
}

#[test]
fn there_are_255_rows() {
    assert_eq!(parse(b""), Err(CsvError::TooFewRows { line: 1, rows: 0 }));
    assert_eq!(parse(b"# nothing\nordinal\n"), Err(CsvError::TooFewRows { line: 3, rows: 0 }));
    let csv = write(Codebook::standard().curves().rows(), "");
    let most: String = csv.split_inclusive('\n').take(200).collect();
    assert_eq!(parse(most.as_bytes()), Err(CsvError::TooFewRows { line: 201, rows: 199 }));
    let more = csv + "256,0,0,0,0,0,0\n";
    let line = usize::from(CURVE_COUNT) + 2;
    assert_eq!(parse(more.as_bytes()), Err(CsvError::TooManyRows { line }));
    for binary in [&b"\0\0\0"[..], b"RIFF\x10\0\0\0WAVE\n\xff,\n", b"\n\n,,,,,,\n"] {
        assert!(parse(binary).is_err());
    }
}
