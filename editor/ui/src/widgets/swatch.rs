//! Swatches: a ball of a material, shaded from base colour, roughness and metallic.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{
    Color32, Pos2, Rect, Response, Sense, Shape, TextureId, Ui, Vec2, WidgetInfo, WidgetType, pos2,
};

use crate::theme::{Theme, linear_of};

/// What a swatch shows of a material.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Material {
    /// Base colour.
    pub base_color: Color32,
    /// 0 mirrors, 1 is matt.
    pub roughness: f32,
    /// 0 for plastic and paint, 1 for metal.
    pub metallic: f32,
}

/// Adds a ball of a material, `side` points wide: its picture where there is one, else a drawn ball.
pub fn swatch_ui(
    ui: &mut Ui,
    material: Material,
    picture: Option<TextureId>,
    side: f32,
    name: &str,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if let Some(picture) = picture {
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        ui.painter().image(picture, rect, whole, Color32::WHITE);
    } else {
        ui.painter()
            .add(material_ball(material, rect.center(), side / 2.0 - 0.5));
        let stroke = egui::Stroke::new(1.0, Theme::of(ui.ctx()).palette.border_strong);
        ui.painter()
            .circle_stroke(rect.center(), side / 2.0 - 0.5, stroke);
    }
    response
}

/// The ball as a mesh: vertices in rings, shaded one by one, the last ring fading out.
pub fn material_ball(material: Material, center: Pos2, radius: f32) -> Shape {
    let rings = (radius as usize).clamp(5, 14);
    let spokes = rings * 4;
    let mut mesh = Mesh::default();
    let vertex = |offset: Vec2, color: Color32| Vertex {
        pos: center + offset * radius,
        uv: WHITE_UV,
        color,
    };
    mesh.vertices
        .push(vertex(Vec2::ZERO, shade(material, Vec2::ZERO)));
    for ring in 1..=rings + 1 {
        // Rings lie closer where the surface turns away.
        let angle = std::f32::consts::FRAC_PI_2 * (ring.min(rings) as f32 / rings as f32);
        let distance = angle.sin();
        for spoke in 0..spokes {
            let turn = std::f32::consts::TAU * spoke as f32 / spokes as f32;
            let offset = Vec2::angled(turn) * distance;
            let color = shade(material, offset);
            mesh.vertices.push(if ring > rings {
                vertex(offset * (1.0 + 0.75 / radius), Color32::TRANSPARENT)
            } else {
                vertex(offset, color)
            });
        }
    }
    let at = |ring: usize, spoke: usize| {
        if ring == 0 {
            0
        } else {
            (1 + (ring - 1) * spokes + spoke % spokes) as u32
        }
    };
    for ring in 0..=rings {
        for spoke in 0..spokes {
            mesh.add_triangle(
                at(ring, spoke),
                at(ring + 1, spoke),
                at(ring + 1, spoke + 1),
            );
            if ring > 0 {
                mesh.add_triangle(
                    at(ring, spoke),
                    at(ring + 1, spoke + 1),
                    at(ring, spoke + 1),
                );
            }
        }
    }
    Shape::mesh(mesh)
}

/// A key light at the upper left and a softbox room, seen from the front. Enough to tell gloss from
/// matt and metal from paint; not a render.
fn shade(material: Material, offset: Vec2) -> Color32 {
    let normal = [
        offset.x,
        -offset.y,
        (1.0 - offset.length_sq()).max(0.0).sqrt(),
    ];
    let light = [-0.45, 0.62, 0.64];
    let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let half = {
        let sum = [light[0], light[1], light[2] + 1.0];
        let length = dot(sum, sum).sqrt();
        sum.map(|part| part / length)
    };
    let roughness = material.roughness.clamp(0.06, 1.0);
    let metallic = material.metallic.clamp(0.0, 1.0);
    let power = 2.0 / (roughness * roughness * roughness * roughness).max(0.000_6);
    let gloss = dot(normal, half).max(0.0).powf(power) * (0.25 + 0.9 * (1.0 - roughness));
    let diffuse = dot(normal, light).max(0.0) * 0.85 + 0.16 + 0.12 * normal[1];
    let edge = (1.0 - normal[2]).powi(4);
    let room = room(normal, roughness);
    let base = linear_of(material.base_color);
    let channel = |base: f32| {
        let reflectance = 0.04 + (base - 0.04) * metallic;
        let fresnel = reflectance + (1.0 - reflectance) * edge * (1.0 - roughness * 0.7);
        base * diffuse * (1.0 - metallic) + fresnel * room + gloss * (fresnel * 1.4 + 0.04)
    };
    crate::theme::color_of_linear(base.map(|base| {
        let light = channel(base);
        light / (1.0 + 0.18 * light)
    }))
}

/// What a mirror would see: a floor that is lit towards the viewer, a bright band above the horizon,
/// all softer with roughness.
fn room(normal: [f32; 3], roughness: f32) -> f32 {
    let height = 2.0 * normal[2] * normal[1];
    let softness = 0.10 + 0.9 * roughness;
    let above = 1.0 / (1.0 + (-(height - 0.05) / softness * 3.0).exp());
    let band = (-((height - 0.45) / (0.22 + 0.6 * roughness)).powi(2)).exp();
    let floor = 0.45 * (-height).clamp(0.0, 1.0).powf(1.5);
    0.10 + floor + 0.55 * above + 0.55 * band * (1.0 - 0.6 * roughness)
}
