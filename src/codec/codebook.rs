//! A codebook: 255 curves by name, and the tables that matching and drawing look up for them.
//!
//! Files and sessions keep the codebook's name, and everything that encodes, decodes or shows curves
//! is handed the codebook it works with. So old codebooks stay readable for ever, beside new ones.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use super::codebook_csv::{self, CsvError};
use super::curves::{Curves, Rows};
use super::matching::Matcher;
use super::synth::SynthTables;

/// 255 curves and their name.
///
/// Every user of a codebook shares one in an [`Arc`]: its tables, 0.6 MB for matching and 1.1 MB for
/// drawing, are built once, when the first encoder or decoder is made.
pub struct Codebook {
    name: String,
    curves: Curves,
    matcher: OnceLock<Matcher>,
    synth_tables: OnceLock<SynthTables>,
}

/// Its name; the numbers would fill pages.
impl fmt::Debug for Codebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codebook").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Two codebooks are equal if they have the same name and the same curves.
impl PartialEq for Codebook {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.curves.rows() == other.curves.rows()
    }
}

impl Eq for Codebook {}

impl Codebook {
    /// The name of codebook 1, the one that new files and sessions are made with.
    pub const STANDARD: &'static str = "extrema-1";

    /// What names begin with that are made by [`Self::own_name`], and no others.
    pub const OWN_PREFIX: &'static str = "own-";

    /// The most bytes of a name.
    pub const MAX_NAME_BYTES: usize = 16;

    /// Whether files and sessions can keep a name: 1 to 16 printable ASCII characters without spaces.
    pub fn is_name(name: &str) -> bool {
        (1..=Self::MAX_NAME_BYTES).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// A codebook of a given name, with the sine coefficients of its curves, ordinal 1 first. One that
    /// is not built in is better made by [`Self::own`], which names it after its curves.
    pub fn new(name: impl Into<String>, rows: &Rows) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            curves: Curves::new(rows),
            matcher: OnceLock::new(),
            synth_tables: OnceLock::new(),
        })
    }

    /// The codebook with the given sine coefficients, ordinal 1 first: the built-in one that has them, or
    /// one of [`Self::own_name`]. So a table has one name wherever it comes from, and two tables never
    /// the same, but for one pair in 2^32; what keeps the table beside the name goes by the table.
    pub fn own(rows: &Rows) -> Arc<Self> {
        let own = Self::new(Self::own_name(rows), rows);
        let standard = Self::standard();
        if own.curves == standard.curves { standard } else { own }
    }

    /// [`Self::own`] with the table of a CSV text, which [`codebook_csv`] describes.
    ///
    /// # Errors
    /// [`CsvError`], which says where the text is wrong and what belongs there.
    pub fn from_csv(text: &[u8]) -> Result<Arc<Self>, CsvError> {
        codebook_csv::parse(text).map(|rows| Self::own(&rows))
    }

    /// The name of a codebook that is not built in: `own-` and eight hexadecimal digits, the CRC-32 of
    /// its rows in order, a byte for each number, those of the line and of the half cosine as 0.
    pub fn own_name(rows: &Rows) -> String {
        let curves = Curves::new(rows);
        let bytes: Vec<u8> = curves.rows().as_flattened().iter().map(|&s| s as u8).collect();
        format!("{}{:08x}", Self::OWN_PREFIX, crc32fast::hash(&bytes))
    }

    /// Whether its name is not that of other curves: of a built-in codebook's, or of an own one's.
    pub(crate) fn has_right_name(&self) -> bool {
        match Self::named(&self.name) {
            Some(built_in) => built_in.curves == self.curves,
            None => {
                !self.name.starts_with(Self::OWN_PREFIX)
                    || self.name == Self::own_name(self.curves.rows())
            }
        }
    }

    /// Codebook 1. All callers share the same one.
    pub fn standard() -> Arc<Self> {
        static ROWS: Rows = match codebook_csv::parse(include_bytes!("codebook1.csv")) {
            Ok(rows) => rows,
            Err(_) => panic!("codebook1.csv is no table of curves"),
        };
        static SHARED: LazyLock<Arc<Codebook>> =
            LazyLock::new(|| Codebook::new(Codebook::STANDARD, &ROWS));
        SHARED.clone()
    }

    /// A built-in codebook by name.
    pub fn named(name: &str) -> Option<Arc<Self>> {
        (name == Self::STANDARD).then(Self::standard)
    }

    /// The name that files and sessions keep.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The curves.
    pub fn curves(&self) -> &Curves {
        &self.curves
    }

    /// Builds all tables now, 20 ms, so that neither an encoder nor a decoder on the audio thread has to.
    pub fn build_tables(&self) {
        self.matcher();
        self.synth_tables().complete();
    }

    /// The search for the closest curve. The first call builds its tables in a few ms, so make it
    /// outside the audio thread.
    pub fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(&self.curves))
    }

    /// The lookup tables for drawing. The first call builds it, so make it outside the audio thread.
    pub fn synth_tables(&self) -> &SynthTables {
        self.synth_tables.get_or_init(|| SynthTables::new(&self.curves))
    }
}
