//! The apps' own words for what kind of payment it was, as the project's categories.

use assent_types::{Category, Named};

use super::Format;

/// The category that the app's word tells; `None` where it tells none.
pub(super) fn of(format: Format, kind: &str) -> Option<Category> {
    let named = match format {
        Format::Alipay => alipay(kind),
        Format::Wechat => wechat(kind),
        Format::Jsonl => None,
    };
    named.map(Category::Named)
}

/// Alipay's 交易分类. Wide ones take the category that most of their payments have.
fn alipay(kind: &str) -> Option<Named> {
    Some(match kind {
        "餐饮美食" => Named::Dining,
        "日用百货" => Named::Retail,
        "交通出行" => Named::Transit,
        "充值缴费" => Named::Utilities,
        "服饰装扮" => Named::Clothing,
        "数码电器" => Named::Electronics,
        "美容美发" => Named::Beauty,
        "母婴亲子" => Named::Childcare,
        "运动户外" => Named::Sport,
        "爱车养车" => Named::Vehicle,
        "住房物业" => Named::Rent,
        "教育培训" => Named::Education,
        "文化休闲" => Named::Entertainment,
        "医疗健康" => Named::Health,
        "酒店旅游" => Named::Travel,
        "生活服务" | "商业服务" => Named::Services,
        "公共服务" => Named::Government,
        "公益捐赠" => Named::Charity,
        "家居家装" => Named::Home,
        "投资理财" => Named::Investment,
        "保险" => Named::Insurance,
        "信用借还" => Named::Banking,
        "转账红包" | "亲友代付" => Named::Transfer,
        "账户存取" => Named::Cash,
        _ if kind.starts_with("图书") => Named::Books,
        _ if kind.starts_with("宠物") => Named::Pets,
        _ => return None,
    })
}

/// WeChat Pay's 交易类型. A payment to a scanned code tells nothing: small shops and friends show the same code.
fn wechat(kind: &str) -> Option<Named> {
    Some(match kind {
        "转账" | "群收款" | "亲属卡交易" => Named::Transfer,
        "赞赏码" => Named::Gifts,
        "分分捐" => Named::Charity,
        "生活缴费" => Named::Utilities,
        _ if kind.starts_with("微信红包") => Named::Transfer,
        _ => return None,
    })
}
