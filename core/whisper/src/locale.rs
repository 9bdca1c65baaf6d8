//! The languages that Assent words things in: Project Fluent, one language from all files of `locales` that end in its tag.
//! A language is added without code, by its files alone; what it leaves out is said in English.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use assent_types::Tongue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The files of `locales`: the tag and the text of each.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/locales.rs"));

static SHIPPED: LazyLock<BTreeMap<&'static str, Catalogue>> = LazyLock::new(|| catalogues(FILES));

/// The messages of one language.
pub(crate) struct Catalogue {
    tag: &'static str,
    messages: FluentBundle<FluentResource>,
}

fn catalogues(files: &[(&'static str, &str)]) -> BTreeMap<&'static str, Catalogue> {
    let mut all = BTreeMap::new();
    for (tag, source) in files {
        let catalogue = all.entry(*tag).or_insert_with(|| Catalogue::new(tag));
        catalogue.add(source);
    }
    all
}

impl Catalogue {
    pub(crate) fn new(tag: &'static str) -> Self {
        let language: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut messages = FluentBundle::new_concurrent(vec![language]);
        // The values are cleaned before they come here; isolating marks would show as boxes on small displays.
        messages.set_use_isolating(false);
        Self { tag, messages }
    }

    /// Takes what can be read of a file; a test finds no fault in ours.
    pub(crate) fn add(&mut self, source: &str) {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        self.messages.add_resource_overriding(resource);
    }
}

/// A language to word things in.
#[derive(Clone, Copy)]
pub struct Locale(&'static Catalogue);

impl Locale {
    /// The language of this BCP 47 tag, or the one that its first part names, or English.
    pub fn of(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        // Chinese has several languages; all of them are written alike.
        let primary = if matches!(primary, "cmn" | "yue" | "wuu" | "hak" | "nan") { "zh" } else { primary };
        SHIPPED.get(tag.as_str()).or_else(|| SHIPPED.get(primary)).map_or_else(Self::english, Self)
    }

    /// Every language that is there.
    pub fn all() -> impl Iterator<Item = Self> {
        SHIPPED.values().map(Self)
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Which of the two languages that Assent reads and counts in it is, if either.
    pub fn tongue(self) -> Option<Tongue> {
        match self.0.tag {
            "en" => Some(Tongue::English),
            "zh" => Some(Tongue::Chinese),
            _ => None,
        }
    }

    fn english() -> Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new("en"));
        Self(SHIPPED.get("en").unwrap_or(&ENGLISH))
    }

    #[cfg(test)]
    pub(crate) fn from_catalogue(catalogue: Catalogue) -> Self {
        Self(Box::leak(Box::new(catalogue)))
    }
}

impl From<Tongue> for Locale {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::English => Self::english(),
            Tongue::Chinese => Self::of("zh"),
        }
    }
}

/// The values of one message.
pub(crate) type Values<'a> = Vec<(&'static str, FluentValue<'a>)>;

/// A message, or its attribute, with its values: in English where the language has none, `None` where English has none either or a value
/// is missing.
pub(crate) fn message(
    locale: Locale,
    id: &str,
    attribute: Option<&str>,
    values: Values<'_>,
) -> Option<String> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(name, value);
    }
    written(locale, id, attribute, &args).or_else(|| written(Locale::english(), id, attribute, &args))
}

/// As [`message`], for the language itself only.
pub(crate) fn written(
    locale: Locale,
    id: &str,
    attribute: Option<&str>,
    args: &FluentArgs<'_>,
) -> Option<String> {
    let message = locale.0.messages.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let text = locale.0.messages.format_pattern(pattern, Some(args), &mut errors).into_owned();
    errors.is_empty().then_some(text)
}

/// A message of the locale files with these values, for whoever keeps texts there; `None` where there is no such message.
pub fn phrase(locale: impl Into<Locale>, id: &str, values: &[(&str, String)]) -> Option<String> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, value.as_str());
    }
    let locale = locale.into();
    written(locale, id, None, &args).or_else(|| written(Locale::english(), id, None, &args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(tag: &str) -> BTreeSet<String> {
        let sources = FILES.iter().filter(|(t, _)| *t == tag).map(|(_, source)| *source);
        let lines = sources.flat_map(str::lines).filter_map(|l| l.split_once(" = "));
        lines.map(|(id, _)| id.to_owned()).filter(|id| !id.starts_with([' ', '#'])).collect()
    }

    #[test]
    fn the_files_are_sound_and_complete_in_both_languages() {
        for (tag, source) in FILES {
            FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(_, e)| panic!("{tag}: {e:?}"));
        }
        assert!(ids("en").len() > 200);
        assert_eq!(ids("en"), ids("zh"));
    }

    #[test]
    fn a_tag_finds_its_language_and_an_unknown_one_english() {
        for (tag, found) in
            [("zh", "zh"), ("zh-Hans-CN", "zh"), ("yue-HK", "zh"), ("EN-gb", "en"), ("tlh", "en"), ("", "en")]
        {
            assert_eq!(Locale::of(tag).tag(), found, "{tag}");
        }
    }

    #[test]
    fn a_third_language_needs_its_file_only() {
        let files = [("en", "greet = hello"), ("eo", "greet = saluton\nbutton = Pagu { $amount }")];
        let mut all = catalogues(&files);
        let esperanto = Locale::from_catalogue(all.remove("eo").unwrap());
        assert_eq!(message(esperanto, "greet", None, Vec::new()).unwrap(), "saluton");
        // What it leaves out is said in English.
        let refuse = message(esperanto, "refuse", None, Vec::new());
        assert!(refuse.is_some() && refuse == message(Locale::of("en"), "refuse", None, Vec::new()));
    }
}
