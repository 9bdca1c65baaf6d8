# The currencies of ISO 4217 as they are said in English: one, and any other number of them.
# Drawn up from the Unicode CLDR as Babel 2.18 carries it (Unicode License v3, https://www.unicode.org/license.txt), reworded where a name was no word to say.
currency-AED = { $count ->
        [one] UAE dirham
       *[other] UAE dirhams
    }
currency-AFN = { $count ->
        [one] Afghan afghani
       *[other] Afghan afghanis
    }
currency-ALL = Albanian lek
currency-AMD = { $count ->
        [one] Armenian dram
       *[other] Armenian drams
    }
currency-AOA = { $count ->
        [one] Angolan kwanza
       *[other] Angolan kwanzas
    }
currency-ARS = { $count ->
        [one] Argentine peso
       *[other] Argentine pesos
    }
currency-AUD = { $count ->
        [one] Australian dollar
       *[other] Australian dollars
    }
currency-AWG = { $count ->
        [one] Aruban florin
       *[other] Aruban florins
    }
currency-AZN = { $count ->
        [one] Azerbaijani manat
       *[other] Azerbaijani manats
    }
currency-BAM = { $count ->
        [one] Bosnia-Herzegovina convertible mark
       *[other] Bosnia-Herzegovina convertible marks
    }
currency-BBD = { $count ->
        [one] Barbadian dollar
       *[other] Barbadian dollars
    }
currency-BDT = { $count ->
        [one] Bangladeshi taka
       *[other] Bangladeshi takas
    }
currency-BGN = { $count ->
        [one] Bulgarian lev
       *[other] Bulgarian leva
    }
currency-BHD = { $count ->
        [one] Bahraini dinar
       *[other] Bahraini dinars
    }
currency-BIF = { $count ->
        [one] Burundian franc
       *[other] Burundian francs
    }
currency-BMD = { $count ->
        [one] Bermudan dollar
       *[other] Bermudan dollars
    }
currency-BND = { $count ->
        [one] Brunei dollar
       *[other] Brunei dollars
    }
currency-BOB = { $count ->
        [one] Bolivian boliviano
       *[other] Bolivian bolivianos
    }
currency-BOV = { $count ->
        [one] Bolivian mvdol
       *[other] Bolivian mvdols
    }
currency-BRL = { $count ->
        [one] Brazilian real
       *[other] Brazilian reals
    }
currency-BSD = { $count ->
        [one] Bahamian dollar
       *[other] Bahamian dollars
    }
currency-BTN = { $count ->
        [one] Bhutanese ngultrum
       *[other] Bhutanese ngultrums
    }
currency-BWP = { $count ->
        [one] Botswanan pula
       *[other] Botswanan pulas
    }
currency-BYN = { $count ->
        [one] Belarusian ruble
       *[other] Belarusian rubles
    }
currency-BZD = { $count ->
        [one] Belize dollar
       *[other] Belize dollars
    }
currency-CAD = { $count ->
        [one] Canadian dollar
       *[other] Canadian dollars
    }
currency-CDF = { $count ->
        [one] Congolese franc
       *[other] Congolese francs
    }
currency-CHE = { $count ->
        [one] WIR euro
       *[other] WIR euros
    }
currency-CHF = { $count ->
        [one] Swiss franc
       *[other] Swiss francs
    }
currency-CHW = { $count ->
        [one] WIR franc
       *[other] WIR francs
    }
currency-CLF = { $count ->
        [one] Chilean unit of account
       *[other] Chilean units of account
    }
currency-CLP = { $count ->
        [one] Chilean peso
       *[other] Chilean pesos
    }
currency-CNY = yuan
currency-COP = { $count ->
        [one] Colombian peso
       *[other] Colombian pesos
    }
currency-COU = { $count ->
        [one] Colombian real value unit
       *[other] Colombian real value units
    }
currency-CRC = { $count ->
        [one] Costa Rican colón
       *[other] Costa Rican colones
    }
currency-CUC = { $count ->
        [one] Cuban convertible peso
       *[other] Cuban convertible pesos
    }
currency-CUP = { $count ->
        [one] Cuban peso
       *[other] Cuban pesos
    }
currency-CVE = { $count ->
        [one] Cape Verdean escudo
       *[other] Cape Verdean escudos
    }
currency-CZK = { $count ->
        [one] Czech koruna
       *[other] Czech korunas
    }
currency-DJF = { $count ->
        [one] Djiboutian franc
       *[other] Djiboutian francs
    }
currency-DKK = { $count ->
        [one] Danish krone
       *[other] Danish kroner
    }
currency-DOP = { $count ->
        [one] Dominican peso
       *[other] Dominican pesos
    }
currency-DZD = { $count ->
        [one] Algerian dinar
       *[other] Algerian dinars
    }
currency-EGP = { $count ->
        [one] Egyptian pound
       *[other] Egyptian pounds
    }
currency-ERN = { $count ->
        [one] Eritrean nakfa
       *[other] Eritrean nakfas
    }
currency-ETB = { $count ->
        [one] Ethiopian birr
       *[other] Ethiopian birrs
    }
currency-EUR = { $count ->
        [one] euro
       *[other] euros
    }
currency-FJD = { $count ->
        [one] Fijian dollar
       *[other] Fijian dollars
    }
currency-FKP = { $count ->
        [one] Falkland Islands pound
       *[other] Falkland Islands pounds
    }
currency-GBP = { $count ->
        [one] pound
       *[other] pounds
    }
currency-GEL = { $count ->
        [one] Georgian lari
       *[other] Georgian laris
    }
currency-GHS = { $count ->
        [one] Ghanaian cedi
       *[other] Ghanaian cedis
    }
currency-GIP = { $count ->
        [one] Gibraltar pound
       *[other] Gibraltar pounds
    }
currency-GMD = { $count ->
        [one] Gambian dalasi
       *[other] Gambian dalasis
    }
currency-GNF = { $count ->
        [one] Guinean franc
       *[other] Guinean francs
    }
currency-GTQ = { $count ->
        [one] Guatemalan quetzal
       *[other] Guatemalan quetzals
    }
currency-GYD = { $count ->
        [one] Guyanaese dollar
       *[other] Guyanaese dollars
    }
currency-HKD = { $count ->
        [one] Hong Kong dollar
       *[other] Hong Kong dollars
    }
currency-HNL = { $count ->
        [one] Honduran lempira
       *[other] Honduran lempiras
    }
currency-HRK = { $count ->
        [one] Croatian kuna
       *[other] Croatian kunas
    }
currency-HTG = { $count ->
        [one] Haitian gourde
       *[other] Haitian gourdes
    }
currency-HUF = { $count ->
        [one] Hungarian forint
       *[other] Hungarian forints
    }
currency-IDR = { $count ->
        [one] Indonesian rupiah
       *[other] Indonesian rupiahs
    }
currency-ILS = { $count ->
        [one] Israeli new shekel
       *[other] Israeli new shekels
    }
currency-INR = { $count ->
        [one] Indian rupee
       *[other] Indian rupees
    }
currency-IQD = { $count ->
        [one] Iraqi dinar
       *[other] Iraqi dinars
    }
currency-IRR = { $count ->
        [one] Iranian rial
       *[other] Iranian rials
    }
currency-ISK = { $count ->
        [one] Icelandic króna
       *[other] Icelandic krónur
    }
currency-JMD = { $count ->
        [one] Jamaican dollar
       *[other] Jamaican dollars
    }
currency-JOD = { $count ->
        [one] Jordanian dinar
       *[other] Jordanian dinars
    }
currency-JPY = yen
currency-KES = { $count ->
        [one] Kenyan shilling
       *[other] Kenyan shillings
    }
currency-KGS = Kyrgyzstani som
currency-KHR = { $count ->
        [one] Cambodian riel
       *[other] Cambodian riels
    }
currency-KMF = { $count ->
        [one] Comorian franc
       *[other] Comorian francs
    }
currency-KPW = North Korean won
currency-KRW = South Korean won
currency-KWD = { $count ->
        [one] Kuwaiti dinar
       *[other] Kuwaiti dinars
    }
currency-KYD = { $count ->
        [one] Cayman Islands dollar
       *[other] Cayman Islands dollars
    }
currency-KZT = { $count ->
        [one] Kazakhstani tenge
       *[other] Kazakhstani tenges
    }
currency-LAK = { $count ->
        [one] Laotian kip
       *[other] Laotian kips
    }
currency-LBP = { $count ->
        [one] Lebanese pound
       *[other] Lebanese pounds
    }
currency-LKR = { $count ->
        [one] Sri Lankan rupee
       *[other] Sri Lankan rupees
    }
currency-LRD = { $count ->
        [one] Liberian dollar
       *[other] Liberian dollars
    }
currency-LSL = { $count ->
        [one] Lesotho loti
       *[other] Lesotho lotis
    }
currency-LYD = { $count ->
        [one] Libyan dinar
       *[other] Libyan dinars
    }
currency-MAD = { $count ->
        [one] Moroccan dirham
       *[other] Moroccan dirhams
    }
currency-MDL = { $count ->
        [one] Moldovan leu
       *[other] Moldovan lei
    }
currency-MGA = { $count ->
        [one] Malagasy ariary
       *[other] Malagasy ariaries
    }
currency-MKD = { $count ->
        [one] Macedonian denar
       *[other] Macedonian denari
    }
currency-MMK = { $count ->
        [one] Myanmar kyat
       *[other] Myanmar kyats
    }
currency-MNT = { $count ->
        [one] Mongolian tugrik
       *[other] Mongolian tugriks
    }
currency-MOP = { $count ->
        [one] Macanese pataca
       *[other] Macanese patacas
    }
currency-MRU = { $count ->
        [one] Mauritanian ouguiya
       *[other] Mauritanian ouguiyas
    }
currency-MUR = { $count ->
        [one] Mauritian rupee
       *[other] Mauritian rupees
    }
currency-MVR = { $count ->
        [one] Maldivian rufiyaa
       *[other] Maldivian rufiyaas
    }
currency-MWK = { $count ->
        [one] Malawian kwacha
       *[other] Malawian kwachas
    }
currency-MXN = { $count ->
        [one] Mexican peso
       *[other] Mexican pesos
    }
currency-MXV = { $count ->
        [one] Mexican investment unit
       *[other] Mexican investment units
    }
currency-MYR = { $count ->
        [one] Malaysian ringgit
       *[other] Malaysian ringgits
    }
currency-MZN = { $count ->
        [one] Mozambican metical
       *[other] Mozambican meticals
    }
currency-NAD = { $count ->
        [one] Namibian dollar
       *[other] Namibian dollars
    }
currency-NGN = { $count ->
        [one] Nigerian naira
       *[other] Nigerian nairas
    }
currency-NIO = { $count ->
        [one] Nicaraguan córdoba
       *[other] Nicaraguan córdobas
    }
currency-NOK = { $count ->
        [one] Norwegian krone
       *[other] Norwegian kroner
    }
currency-NPR = { $count ->
        [one] Nepalese rupee
       *[other] Nepalese rupees
    }
currency-NZD = { $count ->
        [one] New Zealand dollar
       *[other] New Zealand dollars
    }
currency-OMR = { $count ->
        [one] Omani rial
       *[other] Omani rials
    }
currency-PAB = { $count ->
        [one] Panamanian balboa
       *[other] Panamanian balboas
    }
currency-PEN = { $count ->
        [one] Peruvian sol
       *[other] Peruvian soles
    }
currency-PGK = Papua New Guinean kina
currency-PHP = { $count ->
        [one] Philippine peso
       *[other] Philippine pesos
    }
currency-PKR = { $count ->
        [one] Pakistani rupee
       *[other] Pakistani rupees
    }
currency-PLN = { $count ->
        [one] Polish zloty
       *[other] Polish zlotys
    }
currency-PYG = { $count ->
        [one] Paraguayan guarani
       *[other] Paraguayan guaranis
    }
currency-QAR = { $count ->
        [one] Qatari riyal
       *[other] Qatari riyals
    }
currency-RON = { $count ->
        [one] Romanian leu
       *[other] Romanian lei
    }
currency-RSD = { $count ->
        [one] Serbian dinar
       *[other] Serbian dinars
    }
currency-RUB = { $count ->
        [one] Russian ruble
       *[other] Russian rubles
    }
currency-RWF = { $count ->
        [one] Rwandan franc
       *[other] Rwandan francs
    }
currency-SAR = { $count ->
        [one] Saudi riyal
       *[other] Saudi riyals
    }
currency-SBD = { $count ->
        [one] Solomon Islands dollar
       *[other] Solomon Islands dollars
    }
currency-SCR = { $count ->
        [one] Seychellois rupee
       *[other] Seychellois rupees
    }
currency-SDG = { $count ->
        [one] Sudanese pound
       *[other] Sudanese pounds
    }
currency-SEK = { $count ->
        [one] Swedish krona
       *[other] Swedish kronor
    }
currency-SGD = { $count ->
        [one] Singapore dollar
       *[other] Singapore dollars
    }
currency-SHP = { $count ->
        [one] Saint Helena pound
       *[other] Saint Helena pounds
    }
currency-SLE = { $count ->
        [one] Sierra Leonean leone
       *[other] Sierra Leonean leones
    }
currency-SLL = { $count ->
        [one] old Sierra Leonean leone
       *[other] old Sierra Leonean leones
    }
currency-SOS = { $count ->
        [one] Somali shilling
       *[other] Somali shillings
    }
currency-SRD = { $count ->
        [one] Surinamese dollar
       *[other] Surinamese dollars
    }
currency-SSP = { $count ->
        [one] South Sudanese pound
       *[other] South Sudanese pounds
    }
currency-STN = { $count ->
        [one] São Tomé dobra
       *[other] São Tomé dobras
    }
currency-SVC = { $count ->
        [one] Salvadoran colón
       *[other] Salvadoran colones
    }
currency-SYP = { $count ->
        [one] Syrian pound
       *[other] Syrian pounds
    }
currency-SZL = { $count ->
        [one] Swazi lilangeni
       *[other] Swazi emalangeni
    }
currency-THB = Thai baht
currency-TJS = { $count ->
        [one] Tajikistani somoni
       *[other] Tajikistani somonis
    }
currency-TMT = Turkmenistani manat
currency-TND = { $count ->
        [one] Tunisian dinar
       *[other] Tunisian dinars
    }
currency-TOP = Tongan paanga
currency-TRY = Turkish lira
currency-TTD = { $count ->
        [one] Trinidad and Tobago dollar
       *[other] Trinidad and Tobago dollars
    }
currency-TWD = { $count ->
        [one] New Taiwan dollar
       *[other] New Taiwan dollars
    }
currency-TZS = { $count ->
        [one] Tanzanian shilling
       *[other] Tanzanian shillings
    }
currency-UAH = { $count ->
        [one] Ukrainian hryvnia
       *[other] Ukrainian hryvnias
    }
currency-UGX = { $count ->
        [one] Ugandan shilling
       *[other] Ugandan shillings
    }
currency-USD = { $count ->
        [one] US dollar
       *[other] US dollars
    }
currency-USN = { $count ->
        [one] next-day US dollar
       *[other] next-day US dollars
    }
currency-UYI = { $count ->
        [one] indexed Uruguayan peso
       *[other] indexed Uruguayan pesos
    }
currency-UYU = { $count ->
        [one] Uruguayan peso
       *[other] Uruguayan pesos
    }
currency-UYW = { $count ->
        [one] Uruguayan nominal wage index unit
       *[other] Uruguayan nominal wage index units
    }
currency-UZS = Uzbekistani som
currency-VED = { $count ->
        [one] digital bolívar
       *[other] digital bolívars
    }
currency-VES = { $count ->
        [one] Venezuelan bolívar
       *[other] Venezuelan bolívars
    }
currency-VND = Vietnamese dong
currency-VUV = { $count ->
        [one] Vanuatu vatu
       *[other] Vanuatu vatus
    }
currency-WST = Samoan tala
currency-XAD = { $count ->
        [one] Arab accounting dinar
       *[other] Arab accounting dinars
    }
currency-XAF = { $count ->
        [one] Central African CFA franc
       *[other] Central African CFA francs
    }
currency-XBA = { $count ->
        [one] European composite unit
       *[other] European composite units
    }
currency-XCD = { $count ->
        [one] East Caribbean dollar
       *[other] East Caribbean dollars
    }
currency-XCG = { $count ->
        [one] Caribbean guilder
       *[other] Caribbean guilders
    }
currency-XDR = { $count ->
        [one] special drawing right
       *[other] special drawing rights
    }
currency-XOF = { $count ->
        [one] West African CFA franc
       *[other] West African CFA francs
    }
currency-XPF = { $count ->
        [one] CFP franc
       *[other] CFP francs
    }
currency-XSU = { $count ->
        [one] sucre
       *[other] sucres
    }
currency-XUA = { $count ->
        [one] African Development Bank unit of account
       *[other] African Development Bank units of account
    }
currency-YER = { $count ->
        [one] Yemeni rial
       *[other] Yemeni rials
    }
currency-ZAR = South African rand
currency-ZMW = { $count ->
        [one] Zambian kwacha
       *[other] Zambian kwachas
    }
currency-ZWG = Zimbabwean gold
currency-ZWL = { $count ->
        [one] old Zimbabwean dollar
       *[other] old Zimbabwean dollars
    }
