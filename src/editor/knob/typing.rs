//! Typing a value: the clickable value below a knob and the text field that replaces it.

use egui::{
    Align2, CursorIcon, Key, Rect, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo,
    accesskit::Role, vec2,
};

use super::interaction::{Interaction, set};
use super::menu::menu;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::theme;
use crate::editor::widgets::id;

/// Handles a click on the value; returns whether the pointer is over it.
pub(super) fn value_clicked(
    ui: &Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    rect: Rect,
) -> bool {
    // Not reachable by Tab, because Enter on the knob does the same.
    let sense = Sense::click() - Sense::focusable_noninteractive();
    let response = ui.interact(rect, id(("value", control)), sense);
    let response = response.on_hover_cursor(CursorIcon::Text);
    if response.clicked() {
        if ui.input(|input| input.modifiers.command) {
            let value = parameters.default_value(control);
            set(parameters, control, value);
        } else {
            interaction.begin_typing(parameters, control);
        }
    }
    menu(interaction, parameters, control, &response);
    response.hovered()
}

/// Handles and draws the text field in place of the value. Enter or a click elsewhere accepts the
/// text; Escape discards it.
pub(super) fn field(
    ui: &mut Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    rect: Rect,
) {
    debug_assert!(interaction.typing.is_some(), "a field without a text entry");
    let Some(typing) = interaction.typing.as_mut() else { return };
    ui.painter().rect(
        rect,
        4.0,
        theme::SCOPE,
        Stroke::new(1.25, theme::ACCENT),
        StrokeKind::Inside,
    );
    let field = id("typing");
    let response = ui.put(
        rect.shrink2(vec2(4.0, 1.0)),
        TextEdit::singleline(&mut typing.text)
            .id(field)
            .font(theme::medium(12.0))
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .align(Align2::CENTER_CENTER)
            .char_limit(16),
    );
    let name = parameters.name(control);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
    if typing.fresh {
        typing.fresh = false;
        response.request_focus();
        let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
        let all = egui::text::CCursorRange::two(
            egui::text::CCursor::new(0),
            egui::text::CCursor::new(typing.text.chars().count()),
        );
        state.cursor.set_char_range(Some(all));
        TextEdit::store_state(ui.ctx(), field, state);
    } else if response.lost_focus() {
        let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
        let value = parameters.parse(control, &typing.text).filter(|_| !cancelled);
        interaction.typing = None;
        if let Some(value) = value {
            set(parameters, control, value);
        }
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            ui.memory_mut(|memory| memory.request_focus(id(("knob", control))));
        }
    }
}
