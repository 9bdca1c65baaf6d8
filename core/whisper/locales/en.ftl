# What Assent says in English. One short sentence per reason code, in a user's words; `.short` is for glasses, watches and cars.
# No limit tells how much of it is left: an agent could find the rest by asking.

price_raised = The price went up from { $before } to { $after }
    .short = price raised
id_reused = The agent used this request's number before for something else
    .short = repeated request
forgotten = You had this request erased
    .short = erased before
agent_suspended = You suspended this agent
    .short = agent suspended
agent_revoked = You no longer allow this agent to pay
    .short = agent revoked
payee_forbidden = You do not allow payments to this payee
    .short = payee not allowed
category_forbidden = You do not allow payments for { $category }
    .short = kind not allowed
too_many_questions = This agent asks too much; its questions are no longer passed on
    .short = asks too much
token_wrong = This reply does not belong to the question that is open
    .short = wrong question
word_missing = The word that was asked for was not heard
    .short = word not heard
heard_itself = That may have been the device's own voice
    .short = own voice
reply_not_enough = This payment needs a stronger confirmation
    .short = needs more
not_while_moving = This payment waits until you are parked
    .short = when parked
too_many_failures = Too many replies failed, so it is not paid
    .short = too many failures
replies_locked = Too many replies failed in a row; unlock them with your biometric
    .short = replies locked
reply_too_fast = Faster than anybody reads; please look again
    .short = look again
practice = This only checks whether you read it: please say no
    .short = please say no
offer_expired = The offer has ended
    .short = offer ended
intent_stale = The agent asked for this long ago
    .short = old request
clock_unsure = The time of this request does not fit the device's clock
    .short = time unsure
agent_unknown = You have not registered this agent
    .short = unknown agent
agent_unsigned = The agent did not sign this request
    .short = not signed
agent_signature_bad = This request is not signed with the agent's key
    .short = wrong signature
agent_key_changed = This agent has a new key
    .short = agent's new key
agent_look_alike = The agent's name looks like { $known }, but is another
    .short = look-alike agent
limits_probed = This agent has been trying out your limits
    .short = tries your limits
sliced = Many small payments here add up
    .short = many small ones
beyond_session = Beyond what you allowed for this session
    .short = beyond session
payee_only_agent_says = Only the agent says who is paid
    .short = agent's word only
amount_only_agent_says = Only the agent says how much it is
    .short = agent's word only
currency_only_agent_says = Only the agent says which currency it is
    .short = agent's word only
changed_meanwhile = Your records changed while this was looked at
    .short = records changed
state_unsure = Assent's records are not as they were left
    .short = records unsure
not_covered = Nothing you allow covers this
    .short = not covered
over_payment_limit = More than you allow for one payment
    .short = over your limit
over_day_limit = More than you allow in a day
    .short = over day limit
over_week_limit = More than you allow in a week
    .short = over week limit
over_month_limit = More than you allow in a month
    .short = over month limit
over_total_limit = More than you allow in total
    .short = over total limit
over_total_count = More payments than you allow in total
    .short = too many payments
over_day_count = More payments than you allow in a day
    .short = too many today
over_week_count = More payments than you allow in a week
    .short = too many this week
over_month_count = More payments than you allow in a month
    .short = too many this month
beyond_card = The agent's card does not cover this
    .short = beyond its card
payee_new = A shop you have not paid before
    .short = new to you
look_alike = Looks like { $known }, but is another account
    .short = look-alike account
same_name_other_account = A name you know, but another account
    .short = other account
name_mixed = A name that mixes letters of different alphabets
    .short = mixed alphabets
name_changed = A shop you know, under another name
    .short = another name
barely_known = { $count ->
        [0] You have hardly paid here
        [one] You have paid here only once
       *[other] You have paid here only { $times } times
    }
    .short = barely known
looks_forbidden = Looks like { $category }, which you do not allow
    .short = looks not allowed
currency_new = You usually pay here in { $currency }
    .short = other currency
amount_unusual = { $size ->
        [vast] Far more than your usual here
        [more] More than your usual here
       *[times] { $times } times your usual here
    }
    .short = { $size ->
        [vast] far above usual
        [more] above your usual
       *[times] { $times }× your usual
    }
too_soon = Sooner than ever after your last payment here
    .short = sooner than ever
category_new = A kind of shop you have not paid before
    .short = new kind of shop
hour_unusual = An hour at which you do not usually pay
    .short = unusual hour
place_unusual = Far from where you usually pay
    .short = unusual place
agent_new_here = This agent has not paid here before
    .short = agent new here
amount_not_as_said = The amount is not what you said
    .short = not as you said
payee_not_as_said = The payee is not the one you named
    .short = not as you said
item_not_as_said = It is not what you asked for
    .short = not as you said
quantity_not_as_said = It is not as many as you said
    .short = not as you said
date_not_as_said = The date is not the one you said
    .short = not as you said
place_not_as_said = The place is not the one you said
    .short = not as you said
order_not_as_said = Not what you asked for
    .short = not as you said
not_familiar = Not like your usual payments
    .short = unusual for you
model_unavailable = Assent cannot compare this with your habits right now
    .short = not compared
familiar = { $count ->
        [0] Like your usual payments
        [one] You have paid here once
       *[other] You have paid here { $times } times
    }
    .short = familiar
due = { $count ->
        [0] A regular payment that is due
        [one] A daily payment that is due
       *[other] A payment that comes every { $times } days is due
    }
    .short = due
mandate_names = You allowed this yourself
    .short = allowed by you
card_covers = The agent's card covers this
    .short = on its card
session_covers = You allowed this for the session
    .short = in the session
as_said = You asked for this
    .short = as you said

# A whisper. $amount is never shortened.
show = { $amount } to { $payee }
show-because = { $amount } to { $payee } · { $reason }
title-familiar = A payment as usual
title-strange = An unusual payment
title-alarming = Check this payment
speak-familiar = To { $payee }: { $amount }. { $ask }
speak-familiar-because = To { $payee }: { $amount }. { $reason }. { $ask }
speak-strange = Please check. To { $payee }: { $amount }. { $ask }
speak-strange-because = Please check. To { $payee }: { $amount }. { $reason }. { $ask }
speak-alarming = Careful. To { $payee }: { $amount }. { $ask }
speak-alarming-because = Careful. To { $payee }: { $amount }. { $reason }. { $ask }
# How the question ends. None of it may be a yes: the device could hear itself.
ask = Your decision?
ask-parked = This one has to wait until you are parked.
ask-stronger = This one has to be decided on your phone.
ask-later = This one waits for you.
challenge = Your decision? If you agree, add the word “{ $word }”.
# Words to say, each followed by what a speech engine writes for it; no word of the list sounds like another.
challenge-words = blue blew bloo, window windows, elephant elephants, mountain mountains mounting, tiger tigers tyger, carpet carpets, umbrella umbrellas, monkey monkeys, violin violins, sunflower sunflowers, penguin penguins, kangaroo kangaroos
button = Pay { $amount }
refuse = Don't pay
details = Look at it
payee-claimed = “{ $label }” (unverified)
    .short = “{ $label }”?
payee-unspoken = an unverified payee
because = { $reason }
answer-how-much = It is { $amount }.
answer-who = It is { $payee }.
answer-who-unverified = It is a payee that you have no record of. Its name is on the screen, and nobody has verified it.
answer-why = { $reason }.
answer-why-nothing = Nothing that you allow covers it, so you are asked.
answer-other = To { $payee }: { $amount }.
payee = “{ $label }”
payee-unnamed = a payee without a name

# Amounts. The names of currencies are in currency.en.ftl; unit-CODE is what follows a number where that is not the name.
amount = { $number } { $unit }
amount-spoken = { $number } { $unit }
amount-spoken-other = { $number } { $unit }
amount-clearer = { $unit }, { $number }
currency = { $unit } ({ $number })
unit-CNY = yuan

category-groceries = groceries
category-dining = restaurants
category-fast_food = fast food
category-coffee = coffee
category-bar = bars
category-bakery = bakeries
category-fuel = fuel
category-charging = charging
category-parking = parking
category-tolls = tolls
category-taxi = taxis
category-transit = public transport
category-rail = trains
category-airline = flights
category-lodging = hotels
category-car_rental = car rental
category-vehicle = vehicles
category-travel = travel
category-telecom = phone and internet
category-utilities = utilities
category-rent = rent
category-insurance = insurance
category-banking = bank fees
category-government = government fees
category-health = health care
category-pharmacy = pharmacies
category-education = education
category-childcare = childcare
category-clothing = clothing
category-electronics = electronics
category-home = the home
category-hardware = hardware
category-beauty = beauty
category-sport = sport
category-entertainment = entertainment
category-games = games
category-books = books
category-subscription = subscriptions
category-software = software
category-pets = pets
category-gifts = gifts
category-charity = charity
category-post = post and parcels
category-services = services
category-retail = shops
category-transfer = transfers
category-cash = cash
category-investment = investments
category-gambling = gambling
category-adult = adult content
category-alcohol_tobacco = alcohol and tobacco
category-weapons = weapons
category-crypto = crypto assets
