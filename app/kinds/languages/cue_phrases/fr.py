"""French."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_LEAD = r"(?:^|(?<=[,.;:!?\u2014\u2013] ))(?:(?:bon|bien|ok|okay|d['\u2019]accord|alors|donc|allez|voilà|oui|très bien|parfait|eh bien|du coup|et|ben|bah),? ){0,5}"
_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
# What somebody does after a meeting, and not in it: the stems of verbs.
DEED = (
    r"(?:achet|affich|aid|annul|appel|apport|arrang|cherch|chang|class|command|compar|complét|confirm|contact|contrôl|corrig|"
    r"demand|dépos|dessin|distribu|écri|emprunt|emmen|enlev|envo|enverr|explor|factur|fourni|gard|gér|imprim|inform|inscri|install|invit|"
    r"lanc|livr|lou|mesur|modifi|nettoy|négoci|not|organis|pass(?:er)? (?:le|la|un|une|chez|voir)|pay|photograph|plani|pos(?:er|e) la|"
    r"post|prépar|présent|prévien|préven|prolong|publi|rachet|ramen|ranger?|rappel|récupér|rédig|regard|"
    r"relan|reli|remplac|remplir?|remerci|rencontr|renouvel|renvoi|renvoy|répar|répond|réserv|résili|retourn|retrouv|revoi|sign|"
    r"soumet|synthétis|télécharg|téléphon|tent|test|transmet|trait|trouv|v[ée]rifi|vid|"
    r"(?:voir|vois|parler?|discuter?) (?:avec|à|au|si)|m['\u2019]en (?:occup|charg)|m['\u2019]occup|me charg|mett|met[sz]?|fai[st]|faire|prend|parl|occup|charg|redemand|montr|cré|"
    r"rentr|rapport|ren[dt]|scann|ajout|estim|chiffr|calcul|recrut|tri|commenc|form|cuisin|peind|repein|nettoi|essai|essay)"
)
_CLITICS = r"(?:(?:le|la|les|lui|leur|vous|te|me|nous|y|en|l['\u2019]|m['\u2019]|t['\u2019]|m['\u2019]en|vous l['\u2019]|te l['\u2019]|le leur|le lui) ?)*"
_IDLE_VERBS = (
    r"(?:voit|verra|sait|saura|dit|dirait|parle|parlait|va (?:dire|voir|commencer|passer|parler|continuer)|pourrait|pourra|peut|doit|devrait|est|était|a|avait|"
    r"n['\u2019]|ne|se demande|se dit|revient|continue|avance|passe (?:au|à la (?:suite|question))|commence|écoute|attend|oublie|espère|croit|aimerait|voudrait|veut|dirait|comprend|"
    r"prend le temps|fait avec|fait pareil chaque)"
)

PHRASES = CuePhrases(
    decides=(
        r"\b(?:conseil|assemblée|bureau|comité)\b[\w ]{0,30}? (?:fixe|donne quitus|élit|nomme|désigne)\b|\bc['\u2019]est calé\b|\bon fait moit",
        r"\b(?:conseil|bureau|comité|assemblée|commission|jury|direction|équipe)\b[\w ]{0,30}? (?:décide|vote|approuve|adopte|rejette|valide|refuse|accorde)\b|\badjugé\b|\b(?:cotisation|tarif|prix|loyer|abonnement|participation|forfait|entrée)s?\b[\w ]{0,20} (?:passe(?:nt|ra)?|reste(?:nt|ra)?|monte|descend) à\b|\b(?:est|sont) (?:gelé|reporté|repoussé|maintenu|suspendu|reconduit|prolongé|clos)e?s?\b|\bon (?:vire|dégage|zappe|tranche pour|clôt|clôture|ajourne)\b|\brendez-vous dans\b|\bc['\u2019]est plié\b|\bvendu\b(?=,|\W*$)",
        r"\b(?:est|sont|sera|seront) (?:donc |finalement |bien |désormais )?(?:retenu|validé|accepté|refusé|choisi|acté|annulé|supprimé|abandonné|fixé|repoussé|décalé|nommé|désigné|entériné)e?s?\b",
        rf"{_LEAD}(?:finalement |dans ce cas,? |à partir de maintenant,? )?on (?!{_IDLE_VERBS}\b){_CLITICS}(?:part|reste|garde|prend|retient|ferme|ouvre|arrête|annule|abandonne|supprime|valide|renouvelle|reconduit|"
        r"change|commande|achète|loue|embauche|recrute|maintient|décale|repousse|reporte|confie|choisit|signe|augmente|baisse|paie|paye|remplace|fait (?:comme|sans|ça|le|la|un|une)|fait(?=\W*$)|"
        r"met (?:à|au|en place|le|la|les)|passe (?:à (?!la suite|autre|côté)|au (?!point|suivant|vote|sujet)|par|de|en)|laisse tomber|refait|lance|déménage|bloque|limite|instaure|adopte|accepte|refuse|renonce|retire|enlève|fixe|cale|"
        r"démarre|attend (?:lundi|mardi|mercredi|jeudi|vendredi|le|la|juin|la fin))\b",
        r"(?<!qu['\u2019])\bon (?:n['\u2019]|ne )(?:\w+ )?(?:renouvelle|reconduit|prend|garde|achète|change|participe|organise|vend|ouvre|signe|augmente|touche|invite|embauche|y va|va) (?:pas|plus|rien)\b(?! (?:tout|que|encore))",
        r"\bc['\u2019]est (?:entendu|décidé|acté|validé|réglé|oui|non|parti|arrêté|voté|adopté|bon pour (?:tout le monde|tous|nous))\b(?! (?:que|à dire))|\bva pour\b|\bon est tous d['\u2019]accord\b|\btout le monde est (?:d['\u2019]accord|pour)\b",
        rf"\bà (?:partir|compter) (?:de (?:maintenant|demain|{_DAY}|la (?:semaine|rentrée)|{_MONTH})|d['\u2019](?:avril|août|octobre)|du (?:\d|1er|mois|premier|prochain))\b|\b(?:désormais|dorénavant),? (?:on|c['\u2019]est|plus de|tout le monde|chacun)\b",
        r"\bon (?:va|part|ira) (?:donc |plutôt |finalement )(?:sur|vers|avec|chez|pour|\w+(?:er|ir|re))\b|\bon va (?:rester|partir) sur\b|\bon part (?:donc |plutôt |finalement )?(?:sur|avec|pour)\b",
        rf"{_LEAD}ce sera (?:donc |plutôt |finalement )?(?:le|la|les|à|au|en|chez|l['\u2019](?!une?\b)|{_DAY})\b",
        rf"\bon se (?:retrouve|revoit|réunit|voit|rappelle) (?:donc )?(?!(?:la semaine|le mois|l['\u2019]année) prochaine?\W*$)(?:le|{_DAY}|dans|à|au|en|la semaine)|\b(?:à|rendez-vous) {_DAY} (?:prochain )?(?:\d|à)|\brendez-vous (?:le|{_DAY})\b|\bprochain point\b(?= (?:le|{_DAY}))",
        r"\bc['\u2019]est \w+ qui (?:est|sera) (?:élu|nommé|désigné|chargé)e?\b|\bfeu vert\b|\bon y va\b(?=\W*$)|\bpas d['\u2019]objections?\b(?!.*\?)|\bla majorité (?:l['\u2019]emporte|est (?:pour|contre))\b",
        r"\bon l['\u2019](?:annule|adopte|achète|embauche|accepte|abandonne|arrête|enlève|augmente|organise|appelle)\b",
    ),
    settles=(
        r"\b(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze) voix (?:contre|pour)\b|\bà l['\u2019]unanimité\b|\bà la majorité\b",
        r"\bc['\u2019]est (?:entendu|décidé|acté|validé|voté|adopté)\b(?! que)|\b(?:est|sont) (?:donc )?(?:retenu|validé|accepté|refusé|acté|adopté|rejeté)e?s?\b",
    ),
    supposed=(
        r"\bl['\u2019]an(?:née)? (?:passée?|d['\u2019]avant)\b|\b(?:ils|elles) ont (?:\w+ )?(?:décidé|voté)|\b(?:il|elle) a (?!été\b)(?:\w+ )?décidé|\bpeut-être\b",
        r"^\W*(?:(?:et|mais|bon|donc|alors|parce que|oui|non),? )*(?:si|s['\u2019]il|imaginons|supposons|peut-être|admettons|au cas où)\b",
        r"\bsi (?:on|tu|vous|je|ça|elle|nous|c['\u2019]|jamais)\b|(?<!même )\bs['\u2019]ils?\b(?! te| vous)|\b(?:aurait|auraient|aurions|serait|seraient|pourrait|pourrions|devrait|faudrait|voudrait) ",
        rf"\b(?:l['\u2019]an(?:née)? derni|le mois dernier|la semaine dernière|la dernière fois|hier\b|à l['\u2019]époque|avant,|autrefois|{_DAY} dernier|en (?:19|20)\d\d)",
        r"\b(?:il|elle|ils|elles|qui|on m['\u2019]a|on nous a) (?:\w+ )?(?:dit|disait|disent|raconte|prétend|explique)\b|\bchaque (?:année|fois|mois|semaine|été|hiver|printemps|automne|jour|soir|matin)\b|\btoujours (?:fait|été)\b|\bcomme d['\u2019]habitude\b",
    ),
    promises=(
        rf"(?<!que )(?<!si )\bje (?:peux|pourrai|pourrais) (?:bien |aussi |déjà |peut-être |éventuellement |tout de suite )?{_CLITICS}{DEED}(?!.*\?)",
        rf"\bje (?:dois|devrais|vais devoir|compte|pense) (?:encore |aussi |d['\u2019]abord )?{_CLITICS}{DEED}|\bil (?:faut|faudrait|faudra) (?:encore |aussi )?que j['\u2019e]|\bj['\u2019]essaie(?:rai)? de\b|\bj['\u2019]ai prévu de\b",
    ),
    takes=(
        r"\bje (?:suis partante?|suis volontaire)\b|\bpromis,|\bje peux (?:jeter un (?:œil|oeil)|héberger|donner un coup de main|rester|venir aider|prêter)\b",
        r"\bj(?:e |['\u2019])(?:(?:le|la|les|lui|leur|vous|te|l['\u2019]|m['\u2019]) ?)*(?:répare|transfère|nettoie|remplis|corrige|réserve|commande|contacte|relance|vérifie|imprime|rédige|organise|installe|achète|apporte|ramène|inscris|préviens|envoie|renvoie|prépare|récupère|négocie|publie|scanne|traduis|distribue|affiche|planifie|lance)\b(?! (?:toujours|souvent|jamais|rarement|chaque|depuis|pas|plus|que))|\bpromis,? j",
        r"\bje (?:veux bien|me propose pour|me propose de|peux me charger de|suis partante?|suis volontaire|m['\u2019]y engage) ?(?:(?:m['\u2019]|te |vous |le |la |les )?\w+(?:er|ir|re)\b)?|\bje regarde (?:ça|pourquoi|si|comment|avec|ce que)\b|\bj['\u2019](?:irai|y vais|appelle|appellerai)\b|\bje prends (?:le ticket|la main|le relais|le créneau|contact|rendez-vous)\b|\bje m['\u2019]en (?:occupe|charge)\b",
        r"\bje m['\u2019]y (?:colle|mets)\b|\bje (?:peux )?m['\u2019]en (?:occupe|charge|occuper|charger)\w*|\bje (?:prends|gère|fais|note|ferai|prendrai|gérerai) (?:ça|cela|le (?:compte|dossier|relais|rendez-vous)|la (?:partie|suite|main)|les (?:photos|inscriptions|invitations|clés)|en charge)\b",
        r"\bje (?:me charge|m['\u2019]occupe|me porte volontaire|m['\u2019]engage)\b|\blaisse(?:z)?(?:-moi)?,? (?:ça|je|faire)\b|\bc['\u2019]est (?:moi qui \w+|pour moi|noté,? je)\b|\bcompte(?:z)? sur moi\b|\bj['\u2019]y vais\b(?= (?:demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))",
        r"\bje (?:te |vous |lui |leur |le |la |les |l['\u2019])*(?:(?:re)?nvoie|renvoie|envoie|transmets|rappelle(?! (?:que|qu['\u2019]|à|l)\b)|appelle|écris|prépare|relance|redemande|préviens|contacte|réserve|commande|vérifie|tiens au courant|fais (?:suivre|passer|parvenir|signe|un (?:mail|point|tableau|doodle))|redis|reviens vers|"
        r"ramène|apporte|dépose|récupère|imprime|rédige|corrige|organise|m['\u2019]en)\b(?! (?:toujours|souvent|rarement|jamais|chaque|plus))",
        rf"\bje vais (?:aussi |déjà |tout de suite |essayer de )?{_CLITICS}{DEED}",
        rf"\bje lui en parle\b|\bj['\u2019]en parle (?:à|avec|au)\b|\bj(?:e |['\u2019])(?:en |y |{_CLITICS})?{DEED}\w*r(?:ai|as)\b",
    ),
    asks=(
        r"\b(?:tu t['\u2019]y colles|l['\u2019]action pour \w+|vous voudrez bien|(?:tu|vous) (?:voudrais|voudriez|peux|pouvez) (?:pas )?(?:me |nous |lui |les? |la )?\w+(?:er|ir|re)\b)|\btu (?:me|nous) (?:r?ajoute|relis|corrige|note|garde)s?\b",
        r"\bmerci (?:de|d['\u2019]) ?\w+(?:er|ir|re)\b|\bje compte sur (?:toi|vous)\b|(?:^|[,;:.!] ?)(?!(?:dis|dites|cite|citez|allons|comprends|comprenez|imagine|imaginez|montre|montrez|prenez|prenons|avouez|admettez|voyez|disons|parlons|revenons|souvenez|rendez|épargnez|faites|fais|excuse|excusez|laisse|laissez|permets|permettez|rappelle|rappelez|regarde|regardez|crois|croyez|passe|passez|donne|donnez|pardonne|pardonnez|explique|expliquez|attends|suis|suivez|écoute|écoutez)-(?:moi|nous|vous|toi)\b)(?:\w+, )?\w{2,}(?:e|s|ez)-(?:moi|nous|lui|leur|les|le|la|en|y)\b(?!.*\?)",
        r"(?:^|[,;:.!] ?)(?:\w+, )?(?:essai|essay)(?:e|ez) de\b|\bon va demander à \w+ de\b|\bvous me fer(?:ez|as)\b",
        rf"\bn['\u2019]oubli(?:e|ez) pas\b|\bpens(?:e|ez)(?: bien)? à {_CLITICS}\w+(?:er|ir|re)\b|\brappelle(?:z)?-moi (?:de|d['\u2019])|\bfais (?:bien )?attention à\b(?= \w+er)",
        rf"\bquelqu['\u2019]un (?:peut|pourrait|doit|devrait|va|veut)(?: bien)? (?:se |s['\u2019]|m['\u2019]|nous )?{_CLITICS}\w+|\bqu(?:e quelqu['\u2019]un|i) (?:veut bien|se dévoue)\b|\bil (?:nous )?faut (?:quelqu['\u2019]un|un volontaire|une volontaire)\b",
        r"\b(?:c['\u2019]est )?à (?:toi|vous|\w+) de (?:voir|faire|jouer|gérer|contacter|prévenir|relancer|t['\u2019]en|décider)\b|\bje (?:te|vous) (?:laisse (?:faire|voir|gérer|contacter|t['\u2019]en|vous en|le soin)|charge de|demande de|confie)\b|\bc['\u2019]est pour toi\b|\btu t['\u2019]en (?:occupes|charges)\b|\bvous vous en (?:occupez|chargez)\b",
        r"\b(?:tu|vous) (?:me|m['\u2019]|nous|lui|leur) ?(?:le |la |les |l['\u2019]|en |y )*(?:met[sz]|mettez|fai(?:s|tes)|envo(?:ies|yez)|donne[sz]|prépare[sz]|trouve[sz]|écri(?:s|vez)|ramène[sz]|ramenez|rappelle[sz]|rappelez|appelle[sz]|appelez|apporte[sz]|apportez|préviens|prévenez|tien(?:s|drez)|redemande[sz])\b",
        r"\b(?:on|nous) demand(?:e|ons) à \w+ (?:de|d['\u2019])|\b(?:il )?(?:faut|faudrait|faudra) (?:que (?:tu|vous|quelqu|on|nous)|(?:absolument |vite |aussi |encore )?(?:le |la |les |l['\u2019]|lui |leur )*\w+(?:er|ir|re|oir)\b)",
        r"(?:^|[,;:.] ?)(?:(?:alors|donc|et|bon|oui),? )?\w{2,}(?:e|s|ez|ds|ts)(?:-(?:le|la|les|lui|leur|moi|nous|en|y))*\b[^?]{0,60}\bs['\u2019]il (?:te|vous) pla[iî]t\b",
        rf"\b(?:ce serait|ça serait) (?:bien|gentil|super|sympa|utile) (?:de|d['\u2019]|que tu|que vous|si tu|si vous)\b|\b(?:on|nous) d(?:oit|evons|evrait|evra) (?:absolument |encore |aussi )?{_CLITICS}(?!fai|mett|prend|parl|rend|pass|donn|répond|regard|commenc|lanc|chang|gard|trouv|form|essa|aid|trait|pos|présent){DEED}|\btu devrais {_CLITICS}{DEED}",
    ),
    assigns=(
        r"s['\u2019]est (?:proposée? (?:pour|de)|engagée? à|portée? volontaire) ",
        rf"(?:va|vont|doit|devra) (?:donc |aussi |tout de suite )?(?:s['\u2019]|se |lui |leur |nous |vous |le |la |les |l['\u2019])*{DEED}|(?:s['\u2019]en (?:occupe|charge)|s['\u2019]occupe|se charge|gère|prend en charge|prend (?:les|le|la)|"
        r"prépare|contacte|relance|rédige|envoie|appelle|réserve|commande|organise)\w*\b",
    ),
    deeds=(
        r"\bje m['\u2019]y (?:colle|mets)\b|\bje (?:peux )?m['\u2019]en (?:occupe|charge|occuper|charger)\w*|\bje (?:me charge|m['\u2019]occupe)\b|\bn['\u2019]oubli(?:e|ez) pas (?:de|d['\u2019])|\brappelle(?:z)?-moi (?:de|d['\u2019])|\bpens(?:e|ez) à \w+(?:er|ir|re)\b",
        rf"\bje (?:vais|peux) (?:aussi |déjà )?{_CLITICS}(?!voir\b|parl|faire\b|mett|prend|not|pass|trait|regard|présent|commenc){DEED}|\bje (?:te|vous|lui|leur) (?:re)?(?:nvoie|envoie|transmets|renvoie|écris|prépare|rappelle(?! que))\b|\bquelqu['\u2019]un (?:doit|devrait|peut|pourrait) \w+",
        rf"\bil faut que je {_CLITICS}{DEED}|\bje dois (?:encore |aussi )?{_CLITICS}{DEED}",
    ),
    leaves_open=(
        r"\b(?:pas encore|toujours pas) (?:la |de |eu (?:la |de ))?(?:réponse|retour|compris|trouvé|les chiffres)\b|\bpas du tout (?:qui|quand|si|comment|combien)\b|\bpersonne n['\u2019]est capable\b|\bflou total\b|\bpas d['\u2019]éléments\b|\bil faudra voir (?:plus tard|comment|si|avec)\b|\bon n['\u2019]en sait (?:\w+ )?rien\b|\bmystère (?:pour|complet|total)\b",
        r"\bon (?:ne )?(?:le )?sait (?:toujours |encore |même )*pas\b|\breste(?:nt)? entière?s?\b|\bon ignore (?:encore |toujours )?(?:si|qui|quand|où|comment|combien|pourquoi|quel)|\bje mets (?:ce|le|cette|la) \w+ (?:en attente|de côté)\b|\bmystère\b(?=\W*$)|\bincapable de (?:vous |te |nous )?(?:le )?dire\b|\bpersonne ne (?:comprend|sait|voit|peut dire)\b|\b(?:c['\u2019]est|reste|encore|assez|très) (?:encore |très |assez )?flou\b",
        r"\bje (?:ne )?sais pas si (?:le|la|les|on|il|l['\u2019]|ça)\b(?! (?:\w+ )?(?:voyez|entend))|\b(?:le (?:point|sujet|débat|vote)|la (?:question|décision|discussion)|le choix)\b.{0,40}\b(?:est|sont) (?:reporté|repoussé|renvoyé|ajourné)e?s?\b|\bon (?:ajourne|remet|renvoie) (?:\w+ ){0,4}(?:à|au)\b",
        r"\bon (?:laisse|garde|met|remet) (?:donc )?(?:le (?:point|sujet|dossier)|ça|cela|cette \w+|la (?:question|décision)|les? \w+)? ?(?:ouverte?|en suspens|de côté|en attente|entre parenthèses|à plus tard|pour l['\u2019]instant)\b",
        r"\bon (?:en|y) (?:reparle|reparlera|revient|reviendra|rediscute|rediscutera)\b|\bà (?:rediscuter|revoir|creuser|voir (?:plus tard|ensemble|avec))\b|\bon (?:verra|décidera|tranchera|discutera|reprendra) (?:ça|cela|plus tard|à la prochaine|au prochain|la prochaine|en|quand|lors)\b",
        r"\bon n['\u2019]a (?:pas|toujours pas|pas encore|aucune?|encore aucune?) (?:de )?(?:solution|réponse|décision|nouvelles?|retour|idée|accord|chiffres?|devis)\b|\b(?:toujours )?(?:pas|aucune) (?:de )?(?:décision|réponse)(?= (?:pour|sur|aujourd|ce soir|concernant|à ce))",
        r"\bon ne (?:va|peut|veut|pourra) pas (?:trancher|décider|statuer|conclure|(?:encore )?(?:le )?(?:dire|savoir))\b|\bon ne tranche pas\b|\b(?:rien n['\u2019]est|pas) (?:encore )?(?:tranché|décidé|arrêté|réglé|résolu|fixé)e?s?\b",
        r"\b(?:ça|cela|ce|il)? ?rest(?:e|ent) (?:encore )?(?:à (?:voir|savoir|décider|trancher|définir|clarifier|confirmer|préciser|régler)|une? (?:question|inconnue|point)|en suspens|ouverte?)\b|\ben suspens\b|\ben attente (?:de|d['\u2019]une?) (?:réponse|retour|confirmation|décision|devis)",
        r"\bpersonne (?:n['\u2019]a (?:su|pu)|ne (?:peut|sait|veut))\b(?: (?:me|nous|vous))?(?: (?:dire|répondre|qui|quand|si|comment|combien|où|pourquoi))",
        r"\bpas (?:réussi|parvenus?|arrivés?) à (?:se |nous )?(?:mettre d['\u2019]accord|décider|trancher|s['\u2019]entendre)\b|\bpas (?:tombés )?d['\u2019]accord sur\b|\b(?:n['\u2019]est|ne sont) (?:toujours |encore )?pas (?:encore |toujours )?(?:réglé|tranché|décidé|résolu|clair|arrêté)e?s?\b",
        r"\b(?:j['\u2019]|on )attend(?:s|ons)? (?:toujours |encore )?(?:la réponse|une réponse|le retour|un retour|la décision|le feu vert|les chiffres|le devis|des nouvelles)\b|\bà confirmer\b",
        r"\b(?:je|on) ne sa(?:is|it) (?:toujours |encore |même )*pas (?:encore |toujours |du tout )*(?:qui|quoi|quand|où|quel(?:le)?s?|si on|si la|si le|s['\u2019]il|comment|combien|pourquoi)\b(?! (?:tu|vous|dire|t['\u2019]))",
    ),
    nobody_knows=(
        r"^\W*(?:ça|ah|euh|alors|bah|ben)?,? ?(?:j(?:e n)?['\u2019]en sais rien|je ne sais pas(?:\W*$|[,.!])|aucune idée|on n['\u2019]en sait rien|bonne question|mystère|impossible à dire)\b",
        r"^\W*(?:ils?|elles?) (?:ne |n['\u2019])?(?:l['\u2019]ont|a|ont|répond(?:ent)?|savent?) pas (?:dit|répondu|encore|précisé)?",
    ),
    idle=(
        r"\bje peux (?:bien |aussi )?(?:le |la |les |vous |te |l['\u2019])*(?:montrer|dire|prouver|démontrer|assurer|comprendre|garantir|confirmer|témoigner)\b|\bpren(?:ds|dre) (?:\w+ )?(?:à|en) témoin\b",
        r"\bfaudrait être\b|\bil m['\u2019]a promis\b",
        r"\bje (?:vous|te) le rappelle\b|\bje (?:vous|te) (?:le )?(?:jure|garantis|promets que ce)\b|\bà mon avis\b(?=,|$)|\bon (?:a|avait) (?:toujours|déjà|souvent)\b",
        r"\bje (?:vois(?! (?:ça|cela) avec)|te vois|vous vois|rappelle que|vous rappelle qu|te rappelle qu|suis (?!partant|volontaire)|ferai remarquer|reste|m['\u2019]en (?:souviens|vais|doute|fiche|rends)|me (?:demande|souviens|dis|rappelle|trompe)|te (?:rejoins|suis|crois|signale qu)|vous (?:rejoins|suis|crois|signale qu|cède)|"
        r"passe (?:la parole|sur)|vais (?:être|vous (?:dire|parler|expliquer|présenter|raconter|montrer)|te (?:dire|expliquer|montrer)|dire|finir|terminer|conclure|commencer|essayer d['\u2019]être|y venir|revenir|répondre (?:à|sur)|prendre un exemple)|prends (?:toujours|souvent|note|acte|un exemple|le (?:train|bus|métro))|vais pas)\b",
        r"\bil faut (?:dire|avouer|reconnaître|bien(?! que)|voir ce|croire|savoir|comprendre|rappeler que|être|avoir|se (?:rendre|dire|souvenir|méfier)|attendre|que je (?:vous|te) dise|vivre|le (?:dire|savoir|voir|reconnaître|vivre))\b|\bil faudrait (?:être|avoir|voir(?! avec| si))\b",
        r"\bon (?:verra bien|va (?:dire|voir|commencer|passer|faire une pause)|prend le temps|se demande|passe (?:au point|à la suite|à autre chose|au suivant|à la question)|dirait|fait une pause|peut dire|s['\u2019]en (?:sort|fiche|souvient)|commence|se (?:calme|concentre|dépêche))\b",
        r"\b(?:tu|vous) (?:exagère[sz]|exagérez|plaisante[sz]|rigole[sz]|sa(?:is|vez)|voyez|vois|te (?:trompes|rappelles|souviens)|vous (?:trompez|rappelez|souvenez)|(?:m['\u2019]|nous )?entende[zs]|m['\u2019]entends|me (?:comprends|comprenez|suis|connais))\b|\bregarde(?:z)?(?:-moi)? (?:ça|l['\u2019]heure|ce|le temps)\b|\bécoute(?:z)?\b(?= |,)(?!.*\bs['\u2019]il)",
        r"\bje vais (?:vous |te |lui |leur )?répondre\b(?!.*\b(?:par (?:écrit|mail|courrier)|demain|\w+di)\b)|\b(?:ce que|comme) je vais\b|\bje (?:vais|veux|voudrais) (?:vous |te |lui |leur )?(?:re)?poser (?:une|la|ma|cette|quelques|deux)(?: \w+)? questions?\b",
        r"\bje vais (?:juste |simplement |rapidement )?(?:essayer|tenter|tâcher) d(?:e |['\u2019])(?:faire (?:la |une )?synthèse|résumer|répondre|expliquer|rassembler|conclure)\b|\bje (?:vais|voudrais|veux) (?:juste |simplement |rapidement )?(?:ajouter|faire) (?:un|une|quelques|deux) (?:\w+ )?(?:mots?|remarques?|choses?|points?|précisions?|observations?)\b",
        r"\b(?:il (?:faut|faudra|faudrait)|on doit|nous devons|on va devoir) (?:bien )?(?:prendre|arrêter) (?:une|la|cette) décision\b(?! (?:avant|d['\u2019]ici)\b)|\bd['\u2019](?:habitude|ordinaire),? (?:je|on|nous)\b|\b(?:normalement|généralement),? (?:je|on|nous)\b",
        r"^\W*(?:(?:et|mais|donc|alors),? )?(?:est-ce qu['\u2019](?:il faut|on doit)|faut-il|doit-on|devons-nous|il faut)\b(?!.*,).*\?\W*$",
        r"\btu parles\b|\bsi tu veux\W*$|\bje (?:n['\u2019]|ne )(?!oublie|sais pas\W*$|suis pas s[uû]re?\b)",
    ),
    terms=(
        r"\bd['\u2019]ici (?:la fin|ce soir|demain|là|peu|une|deux|trois|quinze|huit)\b|\bavant (?:la fin|midi|ce soir|la rentrée|les vacances|l['\u2019]été|noël)\b|\b(?:dans la (?:foulée|journée|semaine|soirée|matinée)|tout à l['\u2019]heure|dès (?:que|ce soir|demain|aujourd)|ce week-end|en fin de (?:journée|semaine|mois)|au plus vite|dans l['\u2019]après-midi)\b",
    ),
    states=(
        r"(?:m['\u2019](?:a|avait|ont)|nous (?:a|avait|ont)|lui (?:a|avait)|s['\u2019](?:est|était)|aura|aurait|voulait|devait|\w{2,}ait\b(?<!fait)|sera|serait|ont|sont|veut|sait|aime|croit|trouve que|dort|habite|vit|ne|toujours|jamais|souvent|déjà)\b",
    ),
    polls=(
        r"^\W*(?:(?:bon|alors|donc|et|ok),? )*(?:qui (?:est|vote) (?:pour|contre)|qui s['\u2019]abstient|(?:des )?(?:abstentions?|objections?|oppositions?)|pour|contre|pas d['\u2019](?:objections?|abstentions?)|tout le monde est (?:d['\u2019]accord|pour)|on est (?:tous )?d['\u2019]accord|d['\u2019]accord|(?:ça|cela) (?:vous|te) (?:va|convient))\b",
    ),
    moves_on=(
        r"^\W*(?:(?:bon|alors|donc|et|ok|ensuite),? )*(?:(?:premier|deuxième|second|troisième|quatrième|cinquième|dernier|prochain) (?:point|sujet)|point (?:suivant|\w+ :|\d)|on passe (?:au|à)|passons|ensuite|sujet suivant|dernière chose)\b",
    ),
    votes=(
        r"^\W*(?:(?:bon|donc|alors|c['\u2019]est),? )*(?:adopté|rejeté|approuvé|accepté|validé)e?s?(?: (?:à l['\u2019]unanimité|à la majorité|par \w+ voix.*))?\W*$|^\W*(?:(?:donc|alors) )?\w+ voix (?:pour|contre)[^.]{0,40}$",
    ),
    declines=(
        r"^\W*(?:(?:ah|oui|non),? )*(?:c['\u2019]est fait\b|je (?:l['\u2019]|les )ai (?:\w+ )?\w+(?:é|i|u|is|it)e?s? (?:hier|ce matin|la semaine dernière)\b)",
        r"^\W*(?:(?:désolée?|ah|non|mais|malheureusement)[,.]? )*je (?:suis|serai) (?:en (?!charge)|à |au |absente?|malade|occupée?|prise?\b|pas là)|^\W*c['\u2019]est le (?:travail|boulot) de \w+",
    ),
)
