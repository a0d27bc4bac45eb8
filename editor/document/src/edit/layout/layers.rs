//! Which layer each node stands in, and waypoints for edges that pass over layers.

/// Waypoints beyond which long edges get none: the picture would be unreadable either way.
const MOST_WAYPOINTS: usize = 20_000;
/// Room that a passing edge takes.
const WAYPOINT: f64 = 4.0;

/// Nodes and waypoints in layers. Items below the number of nodes are nodes.
pub(super) struct Layers {
    /// Items of each layer, from the top down.
    pub(super) layers: Vec<Vec<usize>>,
    /// Height of each item.
    pub(super) heights: Vec<f64>,
    /// Items of the layer before that each item is joined to.
    pub(super) before: Vec<Vec<usize>>,
    /// Items of the layer behind.
    pub(super) behind: Vec<Vec<usize>>,
}

impl Layers {
    /// Layers of nodes with these heights and edges.
    pub(super) fn new(heights: &[f64], links: &[(usize, usize)]) -> Self {
        let count = heights.len();
        let forward = without_circles(count, links);
        let rank = ranks(count, &forward);
        let spans = forward.iter().map(|(from, to)| rank[*to] - rank[*from] - 1);
        let has_waypoints = spans.sum::<usize>() <= MOST_WAYPOINTS;
        let depth = rank.iter().max().map_or(0, |last| last + 1);
        let mut layers = Self {
            layers: vec![Vec::new(); depth],
            heights: heights.to_vec(),
            before: vec![Vec::new(); count],
            behind: vec![Vec::new(); count],
        };
        for (node, rank) in rank.iter().enumerate() {
            layers.layers[*rank].push(node);
        }
        for (from, to) in forward {
            if rank[to] == rank[from] + 1 || has_waypoints {
                layers.join(from, to, &rank);
            }
        }
        layers
    }

    fn join(&mut self, from: usize, to: usize, rank: &[usize]) {
        let mut last = from;
        for layer in rank[from] + 1..rank[to] {
            let waypoint = self.heights.len();
            self.heights.push(WAYPOINT);
            self.before.push(Vec::new());
            self.behind.push(Vec::new());
            self.layers[layer].push(waypoint);
            self.link(last, waypoint);
            last = waypoint;
        }
        self.link(last, to);
    }

    fn link(&mut self, from: usize, to: usize) {
        self.behind[from].push(to);
        self.before[to].push(from);
    }
}

/// The edges without those that close a circle, found by walking from the nodes in order.
fn without_circles(count: usize, links: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut outgoing = vec![Vec::new(); count];
    for (from, to) in links {
        outgoing[*from].push(*to);
    }
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; count];
    let mut forward = Vec::with_capacity(links.len());
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.last_mut() {
            let Some(to) = outgoing[*node].get(*next).copied() else {
                state[*node] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            if state[to] != 1 {
                forward.push((*node, to));
            }
            if state[to] == 0 {
                state[to] = 1;
                way.push((to, 0));
            }
        }
    }
    forward.sort_unstable();
    forward
}

/// The longest way to each node; nodes that nothing leads to stand right before what they feed.
fn ranks(count: usize, forward: &[(usize, usize)]) -> Vec<usize> {
    let mut outgoing = vec![Vec::new(); count];
    let mut waiting = vec![0_usize; count];
    for (from, to) in forward {
        outgoing[*from].push(*to);
        waiting[*to] += 1;
    }
    let is_source: Vec<bool> = waiting.iter().map(|count| *count == 0).collect();
    let mut ready: Vec<usize> = (0..count).filter(|node| is_source[*node]).collect();
    let mut rank = vec![0_usize; count];
    while let Some(node) = ready.pop() {
        for to in &outgoing[node] {
            rank[*to] = rank[*to].max(rank[node] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    for node in (0..count).filter(|node| is_source[*node]) {
        let nearest = outgoing[node].iter().map(|to| rank[*to]).min();
        rank[node] = nearest.map_or(0, |nearest| nearest.saturating_sub(1));
    }
    rank
}
