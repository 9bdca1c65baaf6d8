//! Whether a mandate makes sense: no part of it contradicts another, and none is without effect.

use assent_types::{Code, Malformed, Period};

use crate::mandate::{Beyond, Grant, Limit, Mandate};

/// A session's total holds at least so many of its largest payments: our own figure. Nothing looks at a payment in a session but counters,
/// so none of them may be more than a small part of what the user granted.
const FEWEST_IN_SESSION: i64 = 20;

impl Mandate {
    /// Refuses a mandate that contradicts itself or does nothing; the path is that of the JSON form.
    ///
    /// [`Mandate::from_json`] asks it already; whoever builds a mandate in another way has to.
    pub fn check(&self) -> Result<(), Malformed> {
        if self.agents.as_ref().is_some_and(Vec::is_empty) {
            return Err(contradiction(
                "agents",
                "the list names no agent; name one, or leave it out for all agents",
            ));
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until.timestamp() <= from.timestamp()
        {
            return Err(contradiction("valid_until", "the mandate ends before it begins; give a later end"));
        }
        match &self.grant {
            Some(grant) => {
                self.check_grant(grant)?;
                self.check_session(grant)?;
                self.check_overlap(grant)
            }
            None if self.forbid.payees.is_empty() && self.forbid.categories.is_empty() => {
                Err(contradiction("", "the mandate neither allows nor forbids anything; say what it is for"))
            }
            None => Ok(()),
        }
    }

    fn check_grant(&self, grant: &Grant) -> Result<(), Malformed> {
        if grant.payees.as_ref().is_some_and(Vec::is_empty) {
            return Err(contradiction(
                "payees.allow",
                "the list names no payee; name one, or leave it out for all",
            ));
        }
        if grant.categories.as_ref().is_some_and(Vec::is_empty) {
            return Err(contradiction(
                "categories.allow",
                "the list names no category; name one, or leave it out for all",
            ));
        }
        check_money(grant)?;
        for (i, limit) in grant.limits.iter().enumerate() {
            check_limit(limit).map_err(|fault| fault.within(&format!("limits[{i}]")))?;
            if grant.limits.iter().take(i).any(|earlier| earlier.period == limit.period) {
                let message = "two limits count over the same period; put them together";
                return Err(contradiction(&format!("limits[{i}].per"), message));
            }
        }
        if grant.per_payment.is_none() && grant.limits.iter().all(|limit| limit.amount.is_none()) {
            let message = "a mandate that allows something needs `per_payment` or an `amount` in `limits`";
            return Err(Malformed::new(Code::MissingField, "per_payment", message));
        }
        if grant.card { self.check_card(grant) } else { Ok(()) }
    }

    fn check_card(&self, grant: &Grant) -> Result<(), Malformed> {
        match self.agents.as_deref() {
            None => {
                let message = "a card belongs to one agent; name it";
                return Err(Malformed::new(Code::MissingField, "agents", message));
            }
            Some([_]) => {}
            Some(_) => return Err(contradiction("agents", "a card belongs to exactly one agent")),
        }
        let has_total = |limit: &Limit| limit.period == Period::Total && limit.amount.is_some();
        if !grant.limits.iter().any(has_total) {
            let message = "a card needs its quota: a limit with an `amount` per `total`";
            return Err(Malformed::new(Code::MissingField, "limits", message));
        }
        if grant.beyond == Beyond::Ask {
            return Err(contradiction("beyond", "beyond a card everything is declined; leave `beyond` out"));
        }
        Ok(())
    }

    /// A session lets payments pass unseen, so all that bounds it has to be there: whom it pays, how little at once, how much, how long.
    fn check_session(&self, grant: &Grant) -> Result<(), Malformed> {
        if grant.session.is_none() {
            return Ok(());
        }
        let missing = |path: &str, message: &str| Err(Malformed::new(Code::MissingField, path, message));
        let total = grant.limits.iter().find(|limit| limit.period == Period::Total);
        let (Some(most), Some(total)) = (grant.per_payment, total.and_then(|limit| limit.amount)) else {
            return missing(
                "limits",
                "a session needs `per_payment`, and a limit with an `amount` per `total`",
            );
        };
        if grant.payees.is_none() {
            return missing("payees.allow", "a session needs the payees that it is for");
        }
        if self.valid_until.is_none() {
            return missing("valid_until", "a session needs its end");
        }
        if grant.card {
            return Err(contradiction("card", "a mandate is a session or a card, not both"));
        }
        if grant.beyond == Beyond::Ask {
            return Err(contradiction(
                "beyond",
                "beyond a session everything is declined; leave `beyond` out",
            ));
        }
        if most.minor().checked_mul(FEWEST_IN_SESSION).is_none_or(|fewest| fewest > total.minor()) {
            let message = "a session is for at least twenty payments; for fewer, write an ordinary mandate";
            return Err(contradiction("session", message));
        }
        Ok(())
    }

    /// What the same mandate both allows and forbids could never be paid.
    fn check_overlap(&self, grant: &Grant) -> Result<(), Malformed> {
        let message = "the mandate allows and forbids the same; take it out of one of the two lists";
        for (i, payee) in self.forbid.payees.iter().enumerate() {
            if grant.names(payee) {
                return Err(contradiction(&format!("payees.forbid[{i}]"), message));
            }
        }
        for (i, category) in self.forbid.categories.iter().enumerate() {
            if grant.categories.iter().flatten().any(|allowed| category.covers(*allowed)) {
                return Err(contradiction(&format!("categories.forbid[{i}]"), message));
            }
        }
        Ok(())
    }
}

/// Every ceiling is an amount above zero in the mandate's one currency.
fn check_money(grant: &Grant) -> Result<(), Malformed> {
    let limits = grant.limits.iter().enumerate();
    let budgets = limits.filter_map(|(i, limit)| Some((format!("limits[{i}].amount"), limit.amount?)));
    let payment = grant.per_payment.map(|most| ("per_payment".to_owned(), most));
    for (path, most) in payment.into_iter().chain(budgets) {
        if most.currency() != grant.currency {
            return Err(contradiction(&path, "the ceiling is in another currency than the mandate"));
        }
        if most.minor() == 0 {
            return Err(Malformed::new(Code::NotPositive, path, "a ceiling has to be greater than zero"));
        }
    }
    Ok(())
}

fn check_limit(limit: &Limit) -> Result<(), Malformed> {
    if limit.period == Period::Payment {
        let message =
            "a limit counts per `day`, `week`, `month` or `total`; for one payment write `per_payment`";
        return Err(Malformed::new(Code::UnknownValue, "per", message));
    }
    if limit.count == Some(0) {
        return Err(Malformed::new(Code::NotPositive, "count", "the count has to be greater than zero"));
    }
    if limit.amount.is_none() && limit.count.is_none() {
        return Err(Malformed::new(
            Code::MissingField,
            "amount",
            "a limit needs an `amount`, a `count` or both",
        ));
    }
    Ok(())
}

fn contradiction(path: &str, message: &str) -> Malformed {
    Malformed::new(Code::Contradiction, path, message)
}
