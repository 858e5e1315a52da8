//! Typing a value: the clickable value below a knob and the text field that replaces it.

use egui::{
    Align2, Context, CursorIcon, Id, Key, LayerId, Order, Rect, Sense, Stroke, StrokeKind,
    TextEdit, Ui, WidgetInfo,
    accesskit::Role,
    pos2,
    text::{CCursor, CCursorRange},
    vec2,
};

use super::interaction::{Interaction, set};
use super::menu::menu;
use crate::editor::ids::id;
use crate::editor::input::press_modifiers;
use crate::editor::parameters::{Control, Parameters};
use crate::editor::theme;
use crate::effect::controls::{Kind, Number, Unit};

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
        let modifiers = press_modifiers(ui);
        if modifiers.command || modifiers.ctrl {
            let value = parameters.default_value(control);
            set(parameters, control, value);
        } else {
            interaction.begin_typing(parameters, control);
        }
    }
    menu(interaction, parameters, control, &response);
    response.hovered()
}

/// Handles and draws the text field in place of the value. Enter accepts the text, or says what could be
/// written instead if it is not understood. A click elsewhere accepts it too, or discards it, and Escape
/// discards it.
pub(super) fn field(
    ui: &mut Ui,
    interaction: &mut Interaction,
    parameters: &mut dyn Parameters,
    control: Control,
    rect: Rect,
) {
    debug_assert!(interaction.typing.is_some(), "a field without a text entry");
    let Some(typing) = interaction.typing.as_mut() else { return };
    let frame = if typing.is_refused { theme::CLIP } else { theme::ACCENT };
    ui.painter().rect(rect, 4.0, theme::SCOPE, Stroke::new(1.25, frame), StrokeKind::Inside);
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
    typing.is_refused &= !response.changed();
    if typing.is_refused {
        refusal(ui, rect, &example(parameters, control));
    }
    let (enter, escape) =
        ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
    if std::mem::take(&mut typing.is_fresh) {
        response.request_focus();
        select_all(ui.ctx(), field, &typing.text);
    } else if response.lost_focus() {
        let value = parameters.parse(control, &typing.text).filter(|_| !escape);
        if enter && value.is_none() && !typing.text.trim().is_empty() {
            typing.is_refused = true;
            response.request_focus();
            select_all(ui.ctx(), field, &typing.text);
            return;
        }
        interaction.typing = None;
        if let Some(value) = value {
            set(parameters, control, value);
        }
        if enter {
            ui.memory_mut(|memory| memory.request_focus(id(("knob", control))));
        }
    }
}

/// Selects a text field's whole text, so that typing replaces it.
fn select_all(context: &Context, field: Id, text: &str) {
    let mut state = TextEdit::load_state(context, field).unwrap_or_default();
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    TextEdit::store_state(context, field, state);
}

/// What can be written for a control, in a few words.
fn example(parameters: &dyn Parameters, control: Control) -> String {
    let default = parameters.text(control, parameters.default_value(control));
    match control.spec().kind {
        Kind::Number(Number { unit: Unit::Dbfs, .. }) => format!("{default} or 50 steps"),
        Kind::Number(Number { above: Some(word), .. }) => format!("{default} or {word}"),
        _ => default,
    }
}

/// Draws under a field that its text is not understood.
fn refusal(ui: &Ui, field: Rect, example: &str) {
    let message = format!("Not understood. Try {example}");
    let ink = theme::TEXT_HIGH;
    let text = ui.painter().layout_no_wrap(message.clone(), theme::medium(11.0), ink);
    let window = ui.ctx().content_rect().shrink(2.0);
    let size = text.size() + vec2(14.0, 6.0);
    let below =
        Rect::from_min_size(pos2(field.center().x - size.x / 2.0, field.bottom() + 3.0), size);
    let inside = vec2(
        (window.left() - below.left()).max(0.0) - (below.right() - window.right()).max(0.0),
        -(below.bottom() - window.bottom()).max(0.0),
    );
    let rect = below.translate(inside);
    let response = ui.interact(rect, id("refusal"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &message));
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, id("refusal")));
    let stroke = Stroke::new(1.0, theme::CLIP);
    painter.rect(rect, 4.0, theme::POPUP, stroke, StrokeKind::Inside);
    painter.galley(rect.center() - text.size() / 2.0, text, ink);
}
