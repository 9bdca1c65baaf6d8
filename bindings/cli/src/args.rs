//! The command line as the contract gives it.

use std::path::PathBuf;

use assent::{BillFormat, Budgets, Channel, Outcome, ReplyNeeded};
use clap::{Args, Parser, Subcommand, ValueEnum};

const START: &str = "Begin with `assent demo`. Then, with your own data:
  assent import BILL.csv          what you have paid (Alipay, WeChat Pay, JSON lines)
  assent agent add butler         who may ask; without this every intent of the agent is asked about
  assent validate INTENTS.jsonl   a verdict for each line {\"intent\": {…}, \"context\": {…}}
  assent wallet                   what agents spent, and what they may still spend";

/// Judges the payments that AI agents want to make, against what you allow and what you usually do. Nothing leaves this device.
#[derive(Debug, Parser)]
#[command(name = "assent", version, max_term_width = 110, after_help = START)]
pub struct Cli {
    /// The folder of your store; by default the platform's data folder
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// The file of the rollback anchor, by which a store that was put back to an earlier state is noticed; by default one in the
    /// platform's folder for state
    #[arg(long, global = true, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// Where the time comes from: `intent` takes it from each intent's `created_at`, for replays and evaluation only
    #[arg(long, global = true, value_enum, default_value = "system")]
    pub clock: ClockArg,
    /// The time zone in which you count days, such as `Asia/Shanghai`; by default the system's
    #[arg(long, global = true, value_name = "ZONE")]
    pub zone: Option<String>,
    /// A folder with a model to use instead of the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    pub model: Option<PathBuf>,
    #[command(subcommand)]
    pub call: Call,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClockArg {
    System,
    Intent,
}

#[derive(Debug, Subcommand)]
pub enum Call {
    /// Watch a day of agent payments being judged; needs no set-up and touches no store of yours
    Demo {
        /// The language of the story
        #[arg(long, value_enum, default_value = "en")]
        language: DemoLanguage,
    },
    /// Take your past payments in: a bill exported by Alipay or WeChat Pay, or JSON lines; repeating it changes nothing
    Import {
        /// What the file is; found out by itself where this is left out
        #[arg(long, value_enum)]
        format: Option<FormatArg>,
        /// The file, or `-`
        file: PathBuf,
    },
    /// Judge intents: a verdict for each line `{"intent": …, "context"?: …}`
    Validate {
        /// Judge against the store as it stands and write nothing
        #[arg(long)]
        dry_run: bool,
        /// The file, or `-`
        file: PathBuf,
    },
    /// Judge a timeline of many users in memory, to try a policy or a model on past data; judging spends no budget
    Replay(Replay),
    /// Reply to an open whisper, or only read replies
    Reply {
        /// Read the replies of a file of `{"words", "language"?, "whisper"?}` and print what each means
        #[arg(long, value_name = "FILE", conflicts_with_all = ["intent_id", "words"])]
        read: Option<PathBuf>,
        /// How the reply was given: typing it here counts as a touch
        #[arg(long = "as", value_enum, value_name = "HOW", default_value = "touch")]
        given: Given,
        /// The intent whose whisper you answer
        #[arg(required_unless_present = "read")]
        intent_id: Option<String>,
        /// Your words
        #[arg(required_unless_present = "read")]
        words: Vec<String>,
    },
    /// Play open whispers as a device shows and speaks them, and answer them; without an intent, list what waits
    Whisper(Whisper),
    /// Give a payee your own name, which whispers read out, or take it away again
    Alias {
        /// The payee's id
        payee: String,
        /// Your name for it; without one the payee has none
        name: Option<String>,
    },
    /// How you want to be asked: how often, how long a whisper waits, which amounts are small
    Prefer(Prefer),
    /// Say what became of a payment; settled ones are learned from
    Outcome {
        /// The intent
        intent_id: String,
        /// What became of it
        #[arg(value_enum)]
        outcome: OutcomeArg,
        /// What was really paid, where it settled; more than was approved makes the approval void
        #[arg(long, value_name = "AMOUNT", requires = "currency")]
        amount: Option<String>,
        /// The currency in which it was paid
        #[arg(long, value_name = "CODE", requires = "amount")]
        currency: Option<String>,
        /// Who was really paid; another payee than the approved one makes the approval void
        #[arg(long, value_name = "ID")]
        payee: Option<String>,
    },
    /// What you allow
    #[command(subcommand)]
    Mandate(MandateCall),
    /// Whom you allow
    #[command(subcommand)]
    Agent(AgentCall),
    /// What your device knows about payees from elsewhere
    #[command(subcommand)]
    Trust(TrustCall),
    /// What agents have spent, and what they may still spend
    Wallet {
        /// Only the JSON
        #[arg(long)]
        json: bool,
    },
    /// The record of every verdict, reply and outcome
    #[command(subcommand)]
    Journal(JournalCall),
    /// What to decide when the store was put back, lost its key, or the clock was set; nothing is approved before
    Recover {
        #[command(subcommand)]
        call: Option<RecoverCall>,
    },
    /// Where your days are counted; with a name they are counted there from now on, and what is spent stays spent
    Zone {
        /// An IANA name such as `Asia/Shanghai`
        name: Option<String>,
    },
    /// Erase a payee, an agent or everything; the journal stays verifiable
    Forget(Forget),
    /// The model that judges familiarity
    #[command(subcommand)]
    Model(ModelCall),
}

#[derive(Debug, Args)]
pub struct Replay {
    /// The mandate (a JSON object, or one on each line) that holds instead of the default ones
    #[arg(long, value_name = "FILE")]
    pub mandate: Option<PathBuf>,
    /// Print what the model sees of each intent instead of verdicts
    #[arg(long)]
    pub features: bool,
    /// Learn up to this line without judging, to go on where an earlier run was cut off
    #[arg(long, value_name = "LINE", default_value_t = 0)]
    pub after: usize,
    /// The timeline, or `-`
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Whisper {
    /// The intent whose whisper is played
    pub intent_id: Option<String>,
    /// The device that plays it
    #[arg(long, value_enum, default_value = "desktop")]
    pub device: DeviceArg,
    /// The user is driving
    #[arg(long)]
    pub moving: bool,
    /// The language to ask in, such as `en` or `zh-CN`; by default the one in which it was asked first
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// The words of the answer, instead of asking for them here
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    pub answer: Option<String>,
    /// How the answer is given; by default as the device takes it: spoken to glasses and in cars, touched elsewhere
    #[arg(long = "as", value_enum, value_name = "HOW")]
    pub given: Option<Given>,
    /// Speak it too, where `espeak-ng` is installed
    #[arg(long)]
    pub speak: bool,
    /// Ask together what this agent asked and what was put off
    #[arg(long, value_name = "AGENT", conflicts_with = "intent_id")]
    pub together: Option<String>,
    /// Play the check whether you read what you are asked, where one is due; it never pays
    #[arg(long, conflicts_with_all = ["intent_id", "together"])]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Prefer {
    /// Whispers that may interrupt in a day; what comes after waits quietly
    #[arg(long, value_name = "N")]
    pub whispers_a_day: Option<u16>,
    /// The same for a week
    #[arg(long, value_name = "N")]
    pub whispers_a_week: Option<u16>,
    /// How long a whisper waits for its reply, in seconds, 15 to 300
    #[arg(long, value_name = "SECONDS")]
    pub wait: Option<u16>,
    /// Up to where an amount of a currency is low and over what it is high, such as `CNY=200,1000`
    #[arg(long, value_name = "CUR=LOW,HIGH")]
    pub tier: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum MandateCall {
    /// Propose a mandate from a standing wish, such as "buy me a breakfast every morning"; nothing holds before it is accepted
    Propose {
        /// The wish, in English or Chinese
        sentence: String,
        /// The language to read it back in; by default that of the wish
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
    },
    /// Reply to a proposed mandate
    Accept {
        /// The proposal
        id: String,
        /// Your words
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Add a mandate, from a file or from the options below
    Add(Box<MandateAdd>),
    /// Show the mandates
    List,
    /// Remove a mandate; what was spent under it stays counted
    Remove {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Args)]
pub struct MandateAdd {
    /// A file with the mandate as JSON, or `-`; docs/mandates.md has the fields
    #[arg(conflicts_with = "id")]
    pub file: Option<PathBuf>,
    /// Its id
    #[arg(long, required_unless_present = "file")]
    pub id: Option<String>,
    /// An agent that it speaks of; all where left out
    #[arg(long, value_name = "ID")]
    pub agent: Vec<String>,
    /// A payee that it allows; all where left out
    #[arg(long, value_name = "ID")]
    pub payee: Vec<String>,
    /// A category that it allows; all where left out
    #[arg(long, value_name = "NAME|MCC")]
    pub category: Vec<String>,
    /// A payee that it forbids
    #[arg(long, value_name = "ID")]
    pub forbid_payee: Vec<String>,
    /// A category that it forbids
    #[arg(long, value_name = "NAME|MCC")]
    pub forbid_category: Vec<String>,
    /// The currency of its ceilings
    #[arg(long)]
    pub currency: Option<String>,
    /// The most for one payment
    #[arg(long, value_name = "AMOUNT")]
    pub per_payment: Option<String>,
    /// The most for a calendar day
    #[arg(long, value_name = "AMOUNT")]
    pub per_day: Option<String>,
    /// The most for a calendar week
    #[arg(long, value_name = "AMOUNT")]
    pub per_week: Option<String>,
    /// The most for a calendar month
    #[arg(long, value_name = "AMOUNT")]
    pub per_month: Option<String>,
    /// The most in total
    #[arg(long, value_name = "AMOUNT")]
    pub total: Option<String>,
    /// The most payments a day
    #[arg(long, value_name = "N")]
    pub count_per_day: Option<u32>,
    /// The most payments a week
    #[arg(long, value_name = "N")]
    pub count_per_week: Option<u32>,
    /// The most payments a month
    #[arg(long, value_name = "N")]
    pub count_per_month: Option<u32>,
    /// The most payments in total
    #[arg(long, value_name = "N")]
    pub count_total: Option<u32>,
    /// From when it holds, RFC 3339
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Until when it holds, RFC 3339
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Decline what is beyond its ceilings instead of asking
    #[arg(long)]
    pub decline_beyond: bool,
    /// A session allowance: payments up to --per-payment run on a counter, at most so many a minute, up to --total and --until
    #[arg(long, value_name = "N")]
    pub session_per_minute: Option<u32>,
    /// An isolated card: the one agent may spend the total, and nothing else
    #[arg(long)]
    pub card: bool,
}

#[derive(Debug, Subcommand)]
pub enum AgentCall {
    /// Register an agent, or let a suspended one act again
    Add {
        /// Its id
        id: String,
        /// Its public key; from then on it has to sign what it asks (docs/signing.md)
        #[arg(long, value_name = "ed25519:…|es256:…")]
        key: Option<String>,
        /// Take another key than the one that is known; you confirm its next payments yourself
        #[arg(long, requires = "key")]
        replace_key: bool,
    },
    /// Show the agents
    List,
    /// Decline whatever the agent asks until it is added again
    Suspend {
        /// Its id
        id: String,
    },
    /// Decline whatever the agent asks for ever
    Revoke {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum RecoverCall {
    /// Take the store as it stands
    Accept {
        /// What counts as spent of the days, weeks and months that are running
        #[arg(long, value_enum)]
        budgets: BudgetsArg,
    },
    /// The clock on the wall is right
    Clock,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BudgetsArg {
    /// All of it: nobody knows what agents spent meanwhile
    Spent,
    /// What the store says: you know that nothing is missing
    AsTheyStand,
}

impl From<BudgetsArg> for Budgets {
    fn from(budgets: BudgetsArg) -> Self {
        match budgets {
            BudgetsArg::Spent => Self::Spent,
            BudgetsArg::AsTheyStand => Self::AsTheyStand,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum TrustCall {
    /// Take trust signals in: lines of `{"service_id", "in_contacts"?, "friends_paid"?}`
    Import {
        /// The file, or `-`
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum JournalCall {
    /// Check every entry and every link
    Verify,
    /// Hand out the evidence for one payment
    Export {
        /// The intent
        intent_id: String,
    },
    /// Make a past decision again from what it was made from, and compare
    Replay {
        /// The intent
        intent_id: String,
    },
    /// Show the latest entries
    Show {
        /// How many
        #[arg(long, default_value_t = 20)]
        last: u64,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Forget {
    /// A payee's id
    #[arg(long, value_name = "ID")]
    pub payee: Option<String>,
    /// An agent's id
    #[arg(long, value_name = "ID")]
    pub agent: Option<String>,
    /// Everything
    #[arg(long)]
    pub everything: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelCall {
    /// The model's name, files and hashes
    Info,
    /// A vector for each line of text
    Embed {
        /// The file, or `-`
        file: PathBuf,
    },
    /// The category of each merchant name or request, with its probability
    Classify {
        /// The file, or `-`
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DemoLanguage {
    En,
    Zh,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Given {
    /// Spoken, or a nod
    Voice,
    /// A touch of the button that names the payment
    Touch,
    /// With the owner's biometric
    Biometric,
}

impl From<Given> for ReplyNeeded {
    fn from(given: Given) -> Self {
        match given {
            Given::Voice => Self::Any,
            Given::Touch => Self::Tap,
            Given::Biometric => Self::Biometric,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceArg {
    Phone,
    Glasses,
    Cockpit,
    Watch,
    Desktop,
}

impl From<DeviceArg> for Channel {
    fn from(device: DeviceArg) -> Self {
        match device {
            DeviceArg::Phone => Self::Phone,
            DeviceArg::Glasses => Self::Glasses,
            DeviceArg::Cockpit => Self::Cockpit,
            DeviceArg::Watch => Self::Watch,
            DeviceArg::Desktop => Self::Desktop,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FormatArg {
    Alipay,
    Wechat,
    Jsonl,
}

impl From<FormatArg> for BillFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Alipay => Self::Alipay,
            FormatArg::Wechat => Self::Wechat,
            FormatArg::Jsonl => Self::Jsonl,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OutcomeArg {
    Settled,
    Refunded,
    Disputed,
    Abandoned,
}

impl From<OutcomeArg> for Outcome {
    fn from(outcome: OutcomeArg) -> Self {
        match outcome {
            OutcomeArg::Settled => Self::Settled,
            OutcomeArg::Refunded => Self::Refunded,
            OutcomeArg::Disputed => Self::Disputed,
            OutcomeArg::Abandoned => Self::Abandoned,
        }
    }
}
