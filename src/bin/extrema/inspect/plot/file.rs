//! Plots as SVG and PNG files.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use extrema::audio_file::AtomicFile;
use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};

use super::canvas::{BACKGROUND, SCALE, SIZE, px, register_fonts};
use super::{PlotKind, Wave, draw};
use crate::inspect::summary::Summary;
use crate::messages;

const CANNOT_DRAW: &str = "cannot draw the plot";

/// Draws a plot into a file, which appears whole or not at all.
pub fn write(path: &Path, kind: PlotKind, summary: &Summary, wave: &Wave) -> anyhow::Result<()> {
    if !register_fonts() {
        bail!("the plot's font cannot be used");
    }
    let bytes = match kind {
        PlotKind::Svg => svg(summary, wave)?.into_bytes(),
        PlotKind::Png => png(summary, wave)?,
    };
    let mut file = AtomicFile::create(path)?;
    file.write_all(&bytes).with_context(|| messages::cannot_write(path))?;
    Ok(file.finish()?)
}

fn svg(summary: &Summary, wave: &Wave) -> anyhow::Result<String> {
    let (width, height) = (px(SIZE.0), px(SIZE.1));
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        root.fill(&BACKGROUND).context(CANNOT_DRAW)?;
        draw(&root, summary, wave).context(CANNOT_DRAW)?;
        root.present().context(CANNOT_DRAW)?;
    }
    // The box that is viewed stays as large as the drawing.
    let drawn = format!("width=\"{width}\" height=\"{height}\"");
    Ok(text.replacen(&drawn, &format!("width=\"{}\" height=\"{}\"", SIZE.0, SIZE.1), 1))
}

fn png(summary: &Summary, wave: &Wave) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (px(SIZE.0), px(SIZE.1));
    let mut large = vec![0; (width * height * 3) as usize];
    {
        let root = BitMapBackend::with_buffer(&mut large, (width, height)).into_drawing_area();
        root.fill(&BACKGROUND).context(CANNOT_DRAW)?;
        draw(&root, summary, wave).context(CANNOT_DRAW)?;
        root.present().context(CANNOT_DRAW)?;
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    let pixels = averaged(&large);
    let mut writer = encoder.write_header().map_err(io::Error::from).context(CANNOT_DRAW)?;
    writer.write_image_data(&pixels).map_err(io::Error::from).context(CANNOT_DRAW)?;
    writer.finish().map_err(io::Error::from).context(CANNOT_DRAW)?;
    Ok(bytes)
}

/// The large picture scaled down: each pixel is the mean of a square, which makes edges smooth.
fn averaged(large: &[u8]) -> Vec<u8> {
    let line = (px(SIZE.0) * 3) as usize;
    let mut small = Vec::with_capacity((SIZE.0 * SIZE.1 * 3) as usize);
    for rows in large.chunks_exact(line * SCALE as usize) {
        for x in 0..SIZE.0 as usize {
            for channel in 0..3 {
                let across = |row: usize| {
                    let first = row * line + x * SCALE as usize * 3 + channel;
                    (0..SCALE as usize).map(move |column| u32::from(rows[first + 3 * column]))
                };
                let sum: u32 = (0..SCALE as usize).flat_map(across).sum();
                small.push((sum / (SCALE * SCALE)) as u8);
            }
        }
    }
    small
}
