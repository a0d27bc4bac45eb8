//! Reviews: what a person says of the difference that is looked at. They are made and kept by the
//! runtime; here is what is being written, and what came back.

use hartomat_api::{ApiError, ReviewRequest};
use hartomat_schema::{
    Mask as SchemaMask, Region, Review, ReviewDecision, ReviewId, ReviewScope, Timestamp,
    USUAL_ACCEPT_DAYS,
};

use super::{CompareState, Mask, OpenComparison, SidePanel};
use crate::backend::{Ask, CompareAsk};
use crate::files::now;
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

/// How far a review reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewReach {
    /// This workflow, subject and output.
    #[default]
    Case,
    /// Every subject of the run's output type.
    OutputType,
    /// The masks that were drawn, and nothing else.
    Masks,
}

/// A review that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewDraft {
    /// What is decided.
    pub decision: ReviewDecision,
    /// How far it reaches.
    pub reach: ReviewReach,
    /// Why.
    pub reason: String,
    /// How many days an acceptance stands.
    pub days: u32,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

/// Something about reviews.
#[derive(Debug, Clone)]
pub enum ReviewCommand {
    /// Begin to write one.
    Begin(ReviewDecision),
    /// It says this now.
    Write(Box<ReviewDraft>),
    /// Hand it in.
    Send,
    /// Leave it.
    Dismiss,
    /// Take one back.
    Revoke(ReviewId),
    /// Read them again.
    Reload,
    /// Draw the masks of this one on the pictures.
    ShowMasks(ReviewId),
}

impl OpenComparison {
    /// Whether somebody can review it: it is of a run, and has a comparison.
    pub fn can_be_reviewed(&self) -> bool {
        self.run
            .as_ref()
            .is_some_and(|run| run.evidence.is_some() && run.record.state.is_final())
    }

    /// The output that a review is about.
    pub fn reviewed_output(&self) -> String {
        let first = || self.comparison.as_ref()?.parts.first();
        let part = self.of_pictures().or_else(|| self.of_videos());
        let part = part.or_else(|| self.of_models()).or_else(first);
        match part {
            Some(part) if !part.name.is_empty() => part.name.clone(),
            _ => Review::WHOLE_RUN.to_owned(),
        }
    }

    /// The review that waits for its answer. Once its question is closed, another may be written before that comes.
    fn sent(&mut self) -> Option<&mut ReviewDraft> {
        self.draft.as_mut().filter(|draft| draft.is_sent)
    }

    fn recorded(&mut self, review: Review) {
        if self.sent().is_some() {
            self.draft = None;
        }
        self.reviews.retain(|other| other.id != review.id);
        self.reviews.insert(0, review);
    }

    /// The masks as a review has them: within the control's picture.
    fn schema_masks(&self) -> Vec<SchemaMask> {
        let Some(size) = self.control.read().or(self.candidate.read()) else {
            return Vec::new();
        };
        let masks = self.masks.all.iter();
        masks
            .filter_map(|mask| to_schema(mask, size.size()))
            .collect()
    }
}

fn to_schema(mask: &Mask, [width, height]: [usize; 2]) -> Option<SchemaMask> {
    let corner = |point: &egui::Pos2| {
        [(point.x, width), (point.y, height)].map(|(at, most)| at.clamp(0.0, most as f32) as u32)
    };
    let points: Vec<[u32; 2]> = mask.points.iter().map(corner).collect();
    if !mask.is_rectangle {
        return Some(SchemaMask::Polygon { points });
    }
    let ([left, top], [right, bottom]) = (*points.first()?, *points.get(2)?);
    let region = Region {
        x_px: left,
        y_px: top,
        width_px: right.checked_sub(left).filter(|width| *width > 0)?,
        height_px: bottom.checked_sub(top).filter(|height| *height > 0)?,
    };
    Some(SchemaMask::Rect(region))
}

fn from_schema(mask: &SchemaMask) -> Option<Mask> {
    let pos = |[x, y]: [u32; 2]| egui::pos2(x as f32, y as f32);
    match mask {
        SchemaMask::Rect(region) => {
            let end = [
                region.x_px.saturating_add(region.width_px),
                region.y_px.saturating_add(region.height_px),
            ];
            Mask::rectangle(pos([region.x_px, region.y_px]), pos(end))
        }
        SchemaMask::Polygon { points } => Mask::polygon(points.iter().copied().map(pos).collect()),
    }
}

/// The masks of a review.
pub(super) fn masks_of(review: &Review) -> Vec<Mask> {
    match &review.scope {
        ReviewScope::Region(masks) => masks.iter().filter_map(from_schema).collect(),
        ReviewScope::Case | ReviewScope::OutputType => Vec::new(),
    }
}

/// Carries a command out.
pub(super) fn apply(state: &mut State, command: ReviewCommand) {
    let Some(open) = &mut state.compare.open else {
        return;
    };
    match command {
        ReviewCommand::Begin(decision) => {
            if open.can_be_reviewed() {
                open.panel = SidePanel::Reviews;
                open.draft = Some(ReviewDraft {
                    decision,
                    reach: ReviewReach::Case,
                    reason: String::new(),
                    days: USUAL_ACCEPT_DAYS,
                    is_sent: false,
                    refused: None,
                });
            }
        }
        ReviewCommand::Write(draft) => {
            if open.draft.as_ref().is_some_and(|draft| !draft.is_sent) {
                open.draft = Some(*draft);
            }
        }
        ReviewCommand::Dismiss => open.draft = None,
        ReviewCommand::Send => send(state),
        ReviewCommand::Revoke(id) => {
            let number = open.number;
            state
                .shell
                .ask(Ask::Compare(CompareAsk::Revoke(number, id)));
        }
        ReviewCommand::Reload => {
            let number = open.number;
            if let Some(run) = &open.run {
                let run = run.record.id.clone();
                state
                    .shell
                    .ask(Ask::Compare(CompareAsk::Reviews(number, run)));
            }
        }
        ReviewCommand::ShowMasks(id) => {
            let found = open.reviews.iter().find(|review| review.id == id);
            for mask in found.map(masks_of).unwrap_or_default() {
                if !open.masks.all.contains(&mask) {
                    open.masks.apply(super::MaskCommand::Add(mask));
                }
            }
        }
    }
}

fn send(state: &mut State) {
    let Some(open) = &mut state.compare.open else {
        return;
    };
    let masks = open.schema_masks();
    let output = open.reviewed_output();
    let (Some(run), Some(draft)) = (&open.run, &mut open.draft) else {
        return;
    };
    let scope = match draft.reach {
        ReviewReach::Case => ReviewScope::Case,
        ReviewReach::OutputType => ReviewScope::OutputType,
        ReviewReach::Masks => ReviewScope::Region(masks),
    };
    let request = ReviewRequest {
        run: run.record.id.clone(),
        output,
        decision: draft.decision,
        scope,
        reason: draft.reason.trim().to_owned(),
        expires_at: expiry(draft, now()),
    };
    draft.is_sent = true;
    draft.refused = None;
    let ask = CompareAsk::Review(open.number, Box::new(request));
    state.shell.ask(Ask::Compare(ask));
}

/// When what is being written ends; a rejection has no end.
pub(crate) fn expiry(draft: &ReviewDraft, now: Timestamp) -> Option<Timestamp> {
    (draft.decision == ReviewDecision::Accept).then(|| now.plus_days(draft.days))
}

/// A review was taken, or not.
pub(super) fn added(state: &mut State, number: u64, added: Result<Box<Review>, ApiError>) {
    let open = of(&mut state.compare, number);
    match added {
        Ok(review) => {
            if let Some(open) = open {
                open.recorded(*review);
            }
            let title = text("review.recorded").to_owned();
            state.shell.notify(NoticeLevel::Good, title, Vec::new());
        }
        Err(err) => match open.and_then(OpenComparison::sent) {
            Some(draft) => {
                draft.is_sent = false;
                draft.refused = Some(err);
            }
            // Its question was closed meanwhile.
            None => state.shell.notify_error(text("review.not_recorded"), &err),
        },
    }
}

/// A review was taken back, or not.
pub(super) fn revoked(state: &mut State, number: u64, revoked: Result<Box<Review>, ApiError>) {
    let Some(open) = of(&mut state.compare, number) else {
        return;
    };
    match revoked {
        Ok(review) => {
            if let Some(known) = open.reviews.iter_mut().find(|known| known.id == review.id) {
                *known = *review;
            }
        }
        Err(err) => state.shell.notify_error(text("review.not_revoked"), &err),
    }
}

/// What people have said.
pub(super) fn came(state: &mut State, number: u64, reviews: Result<Vec<Review>, ApiError>) {
    let Some(open) = of(&mut state.compare, number) else {
        return;
    };
    match reviews {
        Ok(reviews) => {
            open.reviews = reviews;
            open.reviews_unread = None;
        }
        Err(err) => open.reviews_unread = Some(err),
    }
}

fn of(compare: &mut CompareState, number: u64) -> Option<&mut OpenComparison> {
    compare.open.as_mut().filter(|open| open.number == number)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn masks_are_kept_within_the_picture_and_come_back_as_they_were() {
        let beyond = Mask::rectangle(pos2(-5.0, 10.0), pos2(40.0, 90.0)).unwrap();
        let kept = to_schema(&beyond, [100, 50]).unwrap();
        let SchemaMask::Rect(region) = &kept else {
            panic!("a rectangle");
        };
        assert_eq!((region.x_px, region.width_px), (0, 40));
        assert_eq!((region.y_px, region.height_px), (10, 40));
        let outside = Mask::rectangle(pos2(-50.0, 10.0), pos2(-10.0, 90.0)).unwrap();
        assert!(to_schema(&outside, [100, 50]).is_none());

        let corners = vec![pos2(1.0, 2.0), pos2(30.0, 2.0), pos2(9.0, 40.0)];
        let polygon = Mask::polygon(corners).unwrap();
        let kept = to_schema(&polygon, [100, 50]).unwrap();
        assert_eq!(from_schema(&kept), Some(polygon));
    }

    #[test]
    fn a_mask_beyond_what_can_be_counted_ends_where_numbers_do() {
        let region = Region {
            x_px: u32::MAX,
            y_px: 0,
            width_px: 8,
            height_px: 8,
        };
        let mask = from_schema(&SchemaMask::Rect(region));
        assert!(mask.is_none(), "it has no width");
    }

    #[test]
    fn an_answer_leaves_alone_what_is_written_after_its_question_was_closed() {
        let ctx = egui::Context::default();
        let mut open = crate::compare_view::open::new(1, [None, None], &ctx);
        let draft = ReviewDraft {
            decision: ReviewDecision::Reject,
            reach: ReviewReach::Case,
            reason: "the lid is missing".to_owned(),
            days: USUAL_ACCEPT_DAYS,
            is_sent: false,
            refused: None,
        };
        let review = Review {
            id: ReviewId::literal("first"),
            run: hartomat_schema::RunId::literal("run"),
            output: "still.png".to_owned(),
            decision: ReviewDecision::Accept,
            scope: ReviewScope::Case,
            reason: "as it should be".to_owned(),
            expires_at: None,
            reviewer: "someone".to_owned(),
            at: Timestamp(0),
            accepted: None,
            revoked: None,
        };
        open.draft = Some(draft.clone());
        open.recorded(review.clone());
        assert_eq!(open.draft, Some(draft.clone()));
        open.draft = Some(ReviewDraft {
            is_sent: true,
            ..draft
        });
        open.recorded(review);
        assert_eq!(open.draft, None);
        assert_eq!(open.reviews.len(), 1);
    }
}
