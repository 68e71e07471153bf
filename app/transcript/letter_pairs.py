"""Which pairs of letters with one beyond ASCII are common in a language, as counted in translations of free software.

`_` is the beginning or the end of a word. The pairs of each language cover 95 in 100 of those that were counted, and stand
between spaces."""

from __future__ import annotations

PAIRS = {
    "polish": """
        _ł _ś _ź _ż ać ał ań aś aż bę bł dł dź dż eł eń eś eż gó gł ią ić ię ił iń iż ją ję jś kó kł ną nę oł
        oń oś oż pó pł ró rę só są sł tó tą tę uł uż wó wą wę wł yć ył yś zą zę zł ób óc ód ól ór ót ów ół óż
        ą_ ąc ąd ąg ąp ąt ąz ąć ć_ ę_ ęc ęd ęk ęp ęt ęz ęś ł_ ła łe łk łn ło łu ły łó łą łę ń_ ńc ńs śc śl śn
        śr św ść ź_ źr ż_ ża żd że żk żl żn żo ży żą""",
    "czech": """
        _ú _č _ř _š _ž ač ař až bá bí bý bě cí dá dé dí dě eč ež iš jí ká ké kó ký ků lá lé lí má mé mí mě mů
        ná né ní ný nč ně oč oř ož pí př rá ré rý rů sá sí tá té tí tě tř tů uč uš už vá vé ví vý vě vř vš yž
        zá zí á_ ád ál ám án áp ár ás át áv áz ář é_ éh ém én í_ íc íd íh ík íl ím ín ís ít ív íč íš ód ý_ ýc
        ým ýs ýt č_ ča če či čk čn čt čá čí ě_ ěl ěn ěr ět ěz ěř ř_ ře ři řá ří š_ še ši št ší ů_ ž_ ža že ži
        žk žn žá ží""",
    "slovak": """
        _ú _č _š _ž ač ať bá dá eč eľ eň eť ež hí hý hľ ič iš iť jú ká ké kó ký kľ lá lé lí má mä mô ná né ní
        nú ný nč nš oč oľ ož pí rá ré rí rú rý rč sá sí sú sť tá té tí tú tý uá už vá vä vé vý vš yť yž zá zí
        á_ ác ád áj ál ám án ár ás át áv áz ät é_ éh ém í_ íc ík íl ím ín íp ír ís ít ív ód ôž ú_ úb úc úd úr
        út úč ý_ ýb ýc ým ýr ýs č_ ča če či čk čn čo ču čí ľ_ ľa ľb ľk ľn ľo ľú š_ še ši št ší ť_ ťa ž_ ža že
        ži žk žn ží""",
    "hungarian": """
        _á _é _í _ö _ú _ü bá bó cí dá dé dí dó dő eá fá fü gá gé há hí iá ií ió iú já ké kí kó kö kü lá lé lí
        ló lö lü lő má mé mó mű ná né ní pé pí rá ré rí ró rö rü rő sá sé sí sú ső tá té tí tó tö tú tő tű vá
        vé vő yá yű zá zé zí zó zö zü ző áb ác ág áh áj ák ál ám án ár ás át áv áz ég éh ék él ém én ép ér és
        ét év ím ín íp ír ít ív ó_ ód ók ól ós ót öl ön ör ös öt öv öz ú_ új úl ús út üg ük ül ür ő_ ők ől őr
        ős őt ű_ űk""",
    "romanian": """
        _î _ş aş aţ câ că cţ dă eş eţ fă gă iş iţ lă mă nă nţ pă pţ ră să tâ tă vă ză ân ât în ă_ ăr ăs ăt şa
        şe şi şt şu ţe ţi ţă""",
    "croatian": """
        _ć _č _š _ž ać ač ađ aš až eć eč eđ eš ež ič iš kô oć oč ođ oš ož rš rž uć uč uš už ôd ć_ ća će ći ćn
        ću č_ ča če či čk čn ču đa đe đu ša še ši šk šn št ža že ži žn""",
    "slovene": """
        _č _š _ž ač aš až eč eš ež ič iš jš lž nč nš oč oš ož rš uč uš už zš č_ ča če či čj čk čn čr ču ša še
        ši šk šn št šč ža že ži žn""",
    "german": """
        _ä _ö _ü _ş _š bä bæ bé bü dä dö dü eä eñ eö fä fö fü gä gü hä hé hö hü hā iš jü ké kö kü lá lä lé lí
        lö lü mä mé mí mö mü mā ná nä né ní nö nü pä rá rä ré rí rð rö rü rā sä sü tä té tí tö tü uá ué wä wö
        wü zä zö zü á_ án ár ão äc äd äf äg äh äi äl än äq är äs ät äu äz ær é_ él én ér ét í_ ía ín ð_ ða ña
        ó_ ón öc öf ög öh öm ön öp ör ös öt ú_ ü_ üb üc üd üe üf üg üh ül üm ün üp ür üs üt ý_ ā_ āl ān ār če
        ī_ īy ši šk""",
    "french": """
        _à _é _ê aî cè cé dè dé fé gé hè hé iè ié jà lè lé mè mé mê né nê pé pô rè ré rê rô sé tè té tê ué uê
        vé xé zé à_ ça èl èm èq èr ès èt é_ éa éb éc éd ée éf ég éj él ém én éo ép éq ér és ét év êm êt în ôl
        ôt""",
    "spanish": """
        _á _í _ó _ú añ bó bú cí có dí eñ fí gú ié ió lá lí ló má mé mó mú ná nó nú pá pú rá rí ró sí só tá té
        tó ué vá ví zó á_ ác ág ál ám án ár ás át áx é_ én ér és ét í_ ía íd íf ím ín ío ís ít ña ño ó_ ód ól
        ón ór úb úl úm ún ús""",
    "italian": """
        _è _č _đ _š _ž ač aš aș bé bì cí có dé dì eñ eč eș gá gü há hé hí ià iè ié iò ió iù ič iš ké kı lá lé
        lí má mé ná né ní nù nü nč oè oš pá pé pú rà rá ré rí rò ró rú rā sá sã sé sì tà té tí tù uá ué uí uò
        už wá wè wé yá yé yê zá à_ á_ ál án áp ár áá ã_ ão ça è_ ès é_ éc éd ék él ém én ér és ét ên ì_ ìn í_
        ía ín ío ña ño ò_ ó_ ón öl ù_ ú_ úa ün ău ča če či čk ī_ ır ša še ši šk šo št ž_ ža že ži ș_ șt ța""",
    "portuguese": """
        _º _à _á _é _í _ú aç aí bé bó cç cê có dá dê eç eú há iá iç já lê má mé mí mó mú ná nâ nã nç ní nú pá
        pç pó pú rá rã ré rê sá sã sí só sõ tá tã té tê tí tó uç uê uí vá ví º_ à_ á_ ác ág ál áq ár ás át áv
        áx âm ân ã_ ão ça ço çã çõ é_ ém ér ét ê_ ên ês íc íd íg ím ín ív ó_ ód ól ór ós õe úb úd úl úm ún""",
    "catalan": """
        _à _è _é _í _ú aç bé bò cà cè cé cò dè dí eç fí gü ià ió lè lí mà mè mé mí mò mú nà nç nè nú pà pç pí
        pú qü rà rç rè ré rò ró sí só tà tè té tí tó uè uï và ví xò à_ àc àg àl àm àn àr àt àx ç_ ça ço è_ èd
        èn èr ès èt é_ és í_ íc ím ín ís ít íx ït ò_ òd òl òn òp òr òs ó_ ón ú_ úb úl úm ús üe üè""",
    "dutch": """
        _á _é _ö _č _ş _š _ż _ž aï ač až bá bæ bé cá dé eë eï eó eș gð gö gü għ hé ié ië ió ič iņ iš jõ jö ké
        kı lá lä lé lí má mé mě ná né ní nč oë oš pá pä pé põ rá ré rí rð sá sã sé tá té tí ué uí vä vé vó á_
        ác ál án ár ás ão än är ää ål ær ça ès é_ éd ég ék él ém én ér és ét éé ë_ ëi ël ën ër ët ëx í_ ía ík
        ín ío ís ï_ ïe ïm ïn ïs ït ð_ ða ðu ña ón ór óó ôn öl ör ú_ þi ār ča če či ė_ ħa ır ŏn š_ ša ši šk št
        ža ži ș_ șt""",
    "swedish": """
        _ä _å _ö fä få fö gä gå gö hä hå hö jä kä kö lä lå lö mä må mö nä nå på rä rå rö sä så sö tä tå tö vä
        vå äd äg äk äl äm än är äs ät äv å_ åd åg ål ån år ås åt öd ök öl ön öp ör ös öv""",
    "danish": """
        _å _æ _é _ø _ž bå bø då dæ dø få fæ fø gå gæ gø hå hæ hø ié jæ jø kæ ké kø lå læ lé lø må mæ mø nå næ
        nø på pø rå ræ ré rø så sæ sø tå tæ té tø vå væ vé å_ åb åd åe åg åk ål ån år ås åv æb æc æd æf æg æk
        æl æm æn ær æs æt æv é_ én ér ét øb ød øe øg øj øk øl øm øn ør øs øt øv čk žu""",
    "norwegian": """
        _å _ø fø gå hå hø jø lå lø må mø nå nø på pø rå rø så sø tå tø vå væ å_ åd ål ån åp år ås åt ær ød øk
        øl øm øn ør øs øt øv øy""",
    "finnish": """
        _ä iä jä kä lä lö mä nä pä rä sä tä tö vä yö ä_ äh äi äk äl äm än äo äp är äs ät äv äy ää ö_ ön ös öt
        öy""",
    "icelandic": """
        _á _í _ó _ú _þ aí að bí bó bú dí dó eð eó gí gó gö há hæ ið já jó jö jú kí kó kú lá lí ló lý lþ má mí
        mó mö næ ní nú ný pí pó pú rá ræ ré rí rð ró rö rú sé sí só sú sý tá tæ tí tó tö tú uð væ ví á_ áa ág
        ák ál án ár ás át æg æn ær æs æt æð é_ ér ét í_ ía íb íg ík íl ím ín ír ís ít ð_ ða ðh ði ðl ðr ðs ðu
        ðv ó_ óg ók ól óm ón óp ór ós ót óv óð óþ öf ög öl ön öp öð ú_ úa úd úg úl úm ún úr ús út ýj ýn ýr ýs
        ýð þe þj þý""",
    "turkish": """
        _ç _ö _ü _ş aç ağ aş bö cı dö dü dı eç eğ eş fı gö gü iç iğ iş kı lü lı mü mı nü nı oğ oş pı rç rü rı
        rş sü sı tü tı uğ uş yü yı zı ç_ ça çe çi ço çı öl ön ör ös öz ü_ ük ül üm ün ür üs üt üy üz ğe ği ğl
        ğr ğu ğı ı_ ıc ıd ık ıl ım ın ır ıs ıt ıy ız ığ ış ş_ şa şe şi şl şm şt şu şı""",
    "lithuanian": """
        _č _į _š _ž ač aš až bė bę bū bų cū dė dų dž eč eį eš ež gą gū gų ią ič iš iū ių ją jį jų ką kė kš kų
        lą lė lį lų mą mė mų ną nč nė nę nį nų pė rą rė rį rš rū rų są sė sų tą tė tę tį tū tų uč uš už vė vų
        zų ą_ ąj ąr či ė_ ėj ėl ėm ėn ėr ės ėt ėž ę_ ęs į_ įd įj įk įr įt įv š_ ša šd še ši šj šk šm šo šp šr
        šs št šu šv šy šč šė šų ūk ūr ūs ūt ūz ų_ ž_ ža žd že ži žo žr žy""",
    "latvian": """
        _ā _ī _š aā aļ aņ aš bā bē bī bū cē cī dā dē dī dž eļ eņ eš ež gā gš gū hē hī iķ iņ iš jā jū kā kļ kš
        lā lē lī lū mā mē mī nā nē nī oš pā pē pī rā rē rī rķ rū sā sē sī tā tē tī tļ tņ tū vā vē zā zē zī ā_
        āb āc ād āj āk āl ām ān āp ār ās āt āv āš ē_ ēc ēg ēj ēl ēm ēn ēr ēs ēt ēš ģi ī_ īb īc īd īg īj īk īm
        īn īp īr īs īt īv īš ķa ķe ķi ķē ļa ļu ļš ļū ņa ņe ņo ņu ņā š_ ša ši šo šr šs šu šā šē šī šķ ūd ūk ūr
        ūs ūt ža žī""",
    "estonian": """
        _ä _õ _ü aõ dž jä kä kõ kü lä lõ lü mä mõ nä nõ nü pä põ rü sä sõ sü tä tõ tö tü tš vä võ äe äh äi äl
        än är äs ät ää õe õh õi õl õn õp õr õt õu ö_ öt öö üh ük ül üm ün üp üs üü ši ži""",
}
