//! Names of presets and groups, and the names of files and folders made from them.
//!
//! What a file system does not take, or takes for something else, stands in a file's name as `%` and
//! two hexadecimal digits a byte, so that different names never share a file.

/// The most characters of a name. With four bytes each, and what follows, it is the longest that
/// common file systems (255 bytes) take.
pub const MAX_NAME_CHARACTERS: usize = 60;

/// The most groups within one another.
pub const MAX_GROUP_DEPTH: usize = 4;

/// Names of devices on Windows, where no file can have them, whatever follows a full stop.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name with single spaces between its words, or why it cannot be one.
pub fn clean(text: &str) -> Result<String, &'static str> {
    let name = words(text);
    if name.is_empty() {
        return Err("it is empty; write 1 to 60 characters");
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err("it is too long; write at most 60 characters");
    }
    if name.contains(char::is_control) {
        return Err("it has characters that cannot be shown; leave them out");
    }
    Ok(name)
}

/// [`clean`] for a group, whose parts stand between slashes.
pub fn clean_group(text: &str) -> Result<String, &'static str> {
    let parts: Vec<String> = text.split('/').map(clean).collect::<Result<_, _>>()?;
    if parts.len() > MAX_GROUP_DEPTH {
        return Err("it lies in too many groups; write at most 4");
    }
    Ok(parts.join("/"))
}

/// A text of any length on one line.
pub fn one_line(text: &str) -> String {
    words(text).replace(char::is_control, "")
}

/// Whether two names are the same: capitals make no difference, since on many file systems they make
/// none either.
pub fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The name of a file, without its extension.
pub fn to_file_name(name: &str) -> String {
    let device = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        // Windows takes superscript digits too.
        device.strip_prefix(port).is_some_and(|number| {
            let mut number = number.chars();
            let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
            number.next().is_some_and(is_digit) && number.next().is_none()
        })
    });
    let is_device = is_port || DEVICES.contains(&&*device);
    let last = name.chars().count().saturating_sub(1);
    let mut file_name = String::new();
    for (index, character) in name.chars().enumerate() {
        let is_reserved = matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>')
            || matches!(character, '|' | '%')
            || character.is_control();
        // A full stop hides a file when it comes first, and Windows drops one that comes last.
        let is_stop = character == '.' && (index == 0 || index == last);
        if is_reserved || is_stop || (is_device && index == 0) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                file_name += &format!("%{byte:02X}");
            }
        } else {
            file_name.push(character);
        }
    }
    file_name
}

/// The name of a folder, which must not look like a preset's file.
pub fn to_folder_name(name: &str) -> String {
    let folder_name = to_file_name(name);
    match folder_name.rsplit_once('.') {
        Some((stem, end)) if end.eq_ignore_ascii_case("json") => format!("{stem}%2E{end}"),
        _ => folder_name,
    }
}

/// The name that a file's or a folder's name was made from. What is not of our making stays as it is.
pub fn from_file_name(file_name: &str) -> String {
    let mut bytes = Vec::with_capacity(file_name.len());
    let mut rest = file_name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        match after.get(..2).filter(|_| first == b'%').and_then(hexadecimal) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| file_name.to_owned())
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let is_valid = digits.iter().all(u8::is_ascii_hexdigit);
    u8::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| is_valid)?, 16).ok()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
