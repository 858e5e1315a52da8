//! Opaque pictures as PNG files.

use std::fs::File;
use std::io::{BufReader, BufWriter, Error};
use std::path::Path;

/// A picture of red, green and blue bytes, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Writes the picture.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Best);
        encoder.set_adaptive_filter(png::AdaptiveFilterType::Adaptive);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.pixels.as_flattened())?;
        writer.finish()?;
        Ok(())
    }

    /// Reads a picture that [`Self::save`] has written.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size()];
        let info = reader.next_frame(&mut bytes)?;
        if (info.color_type, info.bit_depth) != (png::ColorType::Rgb, png::BitDepth::Eight) {
            return Err(Error::other("not an opaque picture of 8 bits a colour"));
        }
        let (width, height) = (info.width as usize, info.height as usize);
        let pixels = bytes.as_chunks().0.to_vec();
        Ok(Self { width, height, pixels })
    }
}
