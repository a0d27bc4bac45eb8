//! What people type into number fields: `1920/2`, `50 mm + 2`, `1/4`, `*2` on what is there.

/// Depth of parentheses and signs.
const DEPTH: usize = 32;

/// Units by the unit of the field, each with the factor to it.
const UNITS: &[(&str, &[(&str, f64)])] = &[
    (
        "mm",
        &[
            ("mm", 1.0),
            ("cm", 10.0),
            ("m", 1000.0),
            ("µm", 0.001),
            ("um", 0.001),
            ("in", 25.4),
            ("\"", 25.4),
        ],
    ),
    (
        "s",
        &[("s", 1.0), ("ms", 0.001), ("min", 60.0), ("h", 3600.0)],
    ),
    (
        "°",
        &[
            ("°", 1.0),
            ("deg", 1.0),
            ("rad", 180.0 / std::f64::consts::PI),
        ],
    ),
    ("kB", &[("kB", 1.0), ("MB", 1e3), ("GB", 1e6)]),
    ("MB", &[("MB", 1.0), ("kB", 1e-3), ("GB", 1e3)]),
];

/// Why something typed is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// Nothing was typed.
    #[error("nothing to evaluate")]
    Empty,
    /// A sign or letter that has no meaning here.
    #[error("can't read what stands at character {0}")]
    Unreadable(usize),
    /// As by dividing by zero.
    #[error("the result is no finite number")]
    NotFinite,
}

/// Evaluates what was typed into a field of a unit. `current` is what the field held: an input that
/// begins with `*`, `/`, `+=` or `-=` goes on from it. A comma is a decimal sign; with `is_integer`, one
/// before exactly three digits divides thousands.
pub fn evaluate(
    input: &str,
    unit: Option<&str>,
    current: f64,
    is_integer: bool,
) -> Result<f64, ArithmeticError> {
    let text = input.trim().replace(['\u{a0}', '\u{202f}'], " ");
    if text.is_empty() {
        return Err(ArithmeticError::Empty);
    }
    let mut reader = Reader {
        text: text.chars().collect(),
        at: 0,
        unit,
        is_integer,
    };
    let value = match reader.relative() {
        Some(operator) => {
            let operand = reader.sum(0)?;
            apply(operator, current, operand)
        }
        None => reader.sum(0)?,
    };
    reader.spaces();
    if reader.at < reader.text.len() {
        return Err(ArithmeticError::Unreadable(reader.at + 1));
    }
    if value.is_finite() {
        Ok(value)
    } else {
        Err(ArithmeticError::NotFinite)
    }
}

fn apply(operator: char, a: f64, b: f64) -> f64 {
    match operator {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        _ => a / b,
    }
}

struct Reader<'a> {
    text: Vec<char>,
    at: usize,
    unit: Option<&'a str>,
    is_integer: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// An operator after spaces.
    fn operator(&mut self, any: &[char]) -> Option<char> {
        self.spaces();
        let sign = normal(self.peek()?);
        if any.contains(&sign) {
            self.at += 1;
            return Some(sign);
        }
        None
    }

    /// An operator at the beginning that goes on from what is there.
    fn relative(&mut self) -> Option<char> {
        let first = normal(self.peek()?);
        let is_assigning = self.text.get(1) == Some(&'=');
        match first {
            '+' | '-' | '*' | '/' if is_assigning => {
                self.at = 2;
                Some(first)
            }
            '*' | '/' => {
                self.at = 1;
                Some(first)
            }
            _ => None,
        }
    }

    fn sum(&mut self, depth: usize) -> Result<f64, ArithmeticError> {
        let mut value = self.product(depth)?;
        while let Some(operator) = self.operator(&['+', '-']) {
            value = apply(operator, value, self.product(depth)?);
        }
        Ok(value)
    }

    fn product(&mut self, depth: usize) -> Result<f64, ArithmeticError> {
        let mut value = self.power(depth)?;
        while let Some(operator) = self.operator(&['*', '/']) {
            value = apply(operator, value, self.power(depth)?);
        }
        Ok(value)
    }

    fn power(&mut self, depth: usize) -> Result<f64, ArithmeticError> {
        if depth > DEPTH {
            return Err(ArithmeticError::Unreadable(self.at + 1));
        }
        match self.operator(&['+', '-']) {
            Some('-') => return Ok(-self.power(depth + 1)?),
            Some(_) => return self.power(depth + 1),
            None => {}
        }
        let base = self.operand(depth)?;
        match self.operator(&['^']) {
            Some(_) => Ok(base.powf(self.power(depth + 1)?)),
            None => Ok(base),
        }
    }

    fn operand(&mut self, depth: usize) -> Result<f64, ArithmeticError> {
        self.spaces();
        let value = if self.operator(&['(']).is_some() {
            let value = self.sum(depth + 1)?;
            self.operator(&[')'])
                .ok_or(ArithmeticError::Unreadable(self.at + 1))?;
            value
        } else {
            self.number()?
        };
        Ok(value * self.factor()?)
    }

    fn number(&mut self) -> Result<f64, ArithmeticError> {
        let start = self.at;
        let mut digits = String::new();
        while let Some(letter) = self.peek() {
            match letter {
                '0'..='9' => digits.push(letter),
                '.' => digits.push('.'),
                ',' if self.is_integer && self.divides_thousands() => {}
                ',' => digits.push('.'),
                'e' | 'E' if self.is_exponent() => {
                    digits.push('e');
                    self.at += 1;
                    digits.push(normal(self.text[self.at]));
                }
                _ => break,
            }
            self.at += 1;
        }
        digits
            .parse()
            .map_err(|_err| ArithmeticError::Unreadable(start + 1))
    }

    fn digits_from(&self, from: usize) -> usize {
        let rest = self.text.iter().skip(from);
        rest.take_while(|letter| letter.is_ascii_digit()).count()
    }

    fn divides_thousands(&self) -> bool {
        self.digits_from(self.at + 1) == 3
    }

    fn is_exponent(&self) -> bool {
        match self.text.get(self.at + 1) {
            Some('+' | '-') => self.digits_from(self.at + 2) > 0,
            _ => self.digits_from(self.at + 1) > 0,
        }
    }

    /// The factor of a unit behind a number; 1 where there is none.
    fn factor(&mut self) -> Result<f64, ArithmeticError> {
        self.spaces();
        let start = self.at;
        let mut name = String::new();
        while let Some(letter) = self.peek() {
            if !(letter.is_alphabetic() || matches!(letter, '°' | '%' | '"' | 'µ')) {
                break;
            }
            name.push(letter);
            self.at += 1;
        }
        if name.is_empty() || Some(name.as_str()) == self.unit {
            return Ok(1.0);
        }
        let known = UNITS.iter().find(|(unit, _)| Some(*unit) == self.unit);
        let units = known.map(|(_, units)| *units).unwrap_or_default();
        units
            .iter()
            .find(|(unit, _)| *unit == name || unit.eq_ignore_ascii_case(&name))
            .map(|(_, factor)| *factor)
            .ok_or(ArithmeticError::Unreadable(start + 1))
    }
}

/// The signs that are typed for an operator.
fn normal(sign: char) -> char {
    match sign {
        '×' | '·' => '*',
        '÷' | ':' => '/',
        '−' | '–' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, unit: Option<&str>, expected: f64) {
        let found = evaluate(input, unit, 10.0, false);
        let found = found.unwrap_or_else(|err| panic!("{input}: {err}"));
        assert!((found - expected).abs() < 1e-9, "{input}: {found}");
    }

    #[test]
    fn arithmetic_follows_the_rules_of_school() {
        check("1920/2", Some("px"), 960.0);
        check("2 + 3 * 4", None, 14.0);
        check("(2 + 3) * 4", None, 20.0);
        check("-2^2", None, -4.0);
        check("2^3^2", None, 512.0);
        check("1 / 4", None, 0.25);
        check("--3", None, 3.0);
        check("1e3", None, 1000.0);
        check("2.5e-1", None, 0.25);
        check("7 × 3 ÷ 2", None, 10.5);
    }

    #[test]
    fn units_are_converted_to_the_fields_own() {
        check("50 mm + 2", Some("mm"), 52.0);
        check("5cm", Some("mm"), 50.0);
        check("1 in", Some("mm"), 25.4);
        check("2 min", Some("s"), 120.0);
        check("180°", Some("°"), 180.0);
        check("2 GB", Some("MB"), 2000.0);
        check("50 %", Some("%"), 50.0);
        check("24 fps * 2", Some("fps"), 48.0);
    }

    #[test]
    fn what_begins_with_an_operator_goes_on_from_what_is_there() {
        check("*2", None, 20.0);
        check("/4", None, 2.5);
        check("+=5", None, 15.0);
        check("-=5", None, 5.0);
        check("-5", None, -5.0);
        check("+5", None, 5.0);
    }

    #[test]
    fn commas_are_decimal_signs_but_thousands_in_whole_numbers() {
        check("0,5", None, 0.5);
        assert_eq!(evaluate("1,920", None, 0.0, true), Ok(1920.0));
        assert_eq!(evaluate("1,92", None, 0.0, true), Ok(1.92));
    }

    #[test]
    fn what_is_no_number_says_where() {
        let check = |input, expected| {
            assert_eq!(evaluate(input, Some("px"), 0.0, false), expected, "{input}")
        };
        check("", Err(ArithmeticError::Empty));
        check("12 foo", Err(ArithmeticError::Unreadable(4)));
        check("1 +", Err(ArithmeticError::Unreadable(4)));
        check("(1", Err(ArithmeticError::Unreadable(3)));
        check("1/0", Err(ArithmeticError::NotFinite));
        check("1.2.3", Err(ArithmeticError::Unreadable(1)));
        let deep = "(".repeat(10_000);
        assert!(evaluate(&deep, None, 0.0, false).is_err());
    }
}
