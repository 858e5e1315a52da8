//! The system's file dialogs. They are asked once a frame whether a file has been chosen, so the window
//! goes on drawing while one is open.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use rfd::{AsyncFileDialog, FileHandle};

type Chosen<T> = Pin<Box<dyn Future<Output = Option<T>> + Send>>;

/// A dialog that is open.
pub(super) enum Dialog {
    Import(Chosen<Vec<FileHandle>>),
    Export(Chosen<FileHandle>),
}

/// What was chosen in a dialog.
pub(super) enum Choice {
    Import(Vec<PathBuf>),
    Export(PathBuf),
    /// It was closed.
    Nothing,
}

fn dialog(title: &str) -> AsyncFileDialog {
    AsyncFileDialog::new().set_title(title).add_filter("Extrema preset", &["json"])
}

impl Dialog {
    /// Asks for presets to import.
    pub(super) fn import() -> Self {
        Self::Import(Box::pin(dialog("Import presets").pick_files()))
    }

    /// Asks where to write a preset.
    pub(super) fn export(name: &str) -> Self {
        let dialog = dialog("Export preset").set_file_name(format!("{name}.json"));
        Self::Export(Box::pin(dialog.save_file()))
    }

    /// What was chosen; `None` while the dialog is open.
    pub(super) fn poll(&mut self) -> Option<Choice> {
        let context = &mut Context::from_waker(Waker::noop());
        let choice = match self {
            Self::Import(future) => ready(future.as_mut().poll(context))?
                .map(|files| Choice::Import(files.iter().map(|file| file.path().into()).collect())),
            Self::Export(future) => {
                ready(future.as_mut().poll(context))?.map(|file| Choice::Export(file.path().into()))
            }
        };
        Some(choice.unwrap_or(Choice::Nothing))
    }
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl fmt::Debug for Dialog {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Import(_) => "Import",
            Self::Export(_) => "Export",
        })
    }
}
