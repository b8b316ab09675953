//! What `Debug` shows, as JSON: `Name(a, b)` is `{"n":"Name","a":[a,b]}`, `Name { f: a }` is
//! `{"n":"Name","f":[["f",a]]}`; lists, numbers and text are themselves.

/// Turns one value's text into JSON.
pub(crate) fn from_debug(text: &str) -> String {
    let mut parser = Parser { rest: text };
    let value = parser.value();
    assert!(parser.rest.trim().is_empty(), "{}", parser.rest);
    value
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', ',', '|']);
    }

    fn eat(&mut self, open: char) -> bool {
        let eaten = self.rest.strip_prefix(open);
        self.rest = eaten.unwrap_or(self.rest);
        eaten.is_some()
    }

    fn token(&mut self) -> &'a str {
        let end =
            self.rest.find([' ', ',', '(', ')', '[', ']', '{', '}']).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token
    }

    fn until(&mut self, close: char, mut each: impl FnMut(&mut Self) -> String) -> String {
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.eat(close) {
                return items.join(",");
            }
            items.push(each(self));
        }
    }

    fn value(&mut self) -> String {
        self.skip();
        if self.eat('[') {
            return format!("[{}]", self.until(']', Self::value));
        }
        let token = self.token();
        let after = self.rest;
        if self.eat('(') {
            return format!("{{\"n\":\"{token}\",\"a\":[{}]}}", self.until(')', Self::value));
        }
        self.rest = self.rest.trim_start_matches(' ');
        if self.eat('{') {
            let fields = self.until('}', |parser| {
                let name = parser.token().trim_end_matches(':');
                format!("[\"{name}\",{}]", parser.value())
            });
            return format!("{{\"n\":\"{token}\",\"f\":[{fields}]}}");
        }
        self.rest = after;
        match token {
            "true" | "false" => token.into(),
            _ if token.parse::<i128>().is_ok() => token.into(),
            // A variant without a value, or an address.
            _ => format!("\"{token}\""),
        }
    }
}
