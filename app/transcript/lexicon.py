"""The words that tell a name from a clause and an abbreviation from the end of a sentence, of all languages together.

Everything is looked up in small letters, so the lists are too; the one exception says so."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Sentences. A dot behind one of these belongs to it. MM (messieurs) is told from "Mm." by its capitals.
ABBREVIATIONS = _words(
    """mr mrs ms dr prof st ste mme mlle mgr MM vs cf ex approx dept univ gen col sgt capt lt hon rev sen rep gov pres jr
    bzw ca ggf evtl inkl vgl sog str hr fr frl dipl ing phil resp sr sra srta ud uds dña lic arq avda env av bd hrsg mio mrd
    hl ev dir al incl excl тыс млн млрд ул им проф акад डॉ श्री प्रो د أ م"""
)
ABBREVIATIONS_BEFORE_A_NUMBER = _words(
    """no nos nr nº art abs p pp pág págs fig figs vol chap sec sect n num núm tel tél ziff kap bl стр ст
    jan feb febr mar apr aug sept oct okt nov dec dez janv févr avr juil déc ene abr ago dic"""
)
BEFORE_AN_ORDINAL = _words(
    """am der die das den dem des vom zum zur im beim und bis ab seit unser unsere unserer unserem unseren dieser dieses
    diesem ein eine einer einem einen ihr ihre ihrer jeder jede jedes artikel"""
)

# Speakers.
SCHEMES = _words("http https ftp ftps sftp mailto tel sms file data sip sips ssh irc news urn ws wss git magnet callto")
PARTICLES = _words(
    """de d du des la le les l van von vom der den dem ten ter zu zum zur di da do dos das del della degli delle e y i el al
    as ash bin ibn ben bint abu ould of the for and und et für à a in im af av op te tot o ou pour"""
)
ARTICLES = _words("the le la les el los las der die das il lo et and und of for ou")  # nobody's name, even with a capital
HONORIFICS = _words("m. mm. mme mlle mr mr. mrs mrs. ms ms. dr dr. prof prof. herr frau sr. sra. d. dª sig. sig.ra")
# A label that is one of these opens a clause or makes a remark: nobody is called so, however often a line begins with it.
REMARKS = _words(
    """and but so or ok okay well note notes nb ps p.s example remember warning attention remark conclusion result
    et mais donc alors car puis bref enfin voilà c'est-à-dire exemple remarque résultat ensuite sinon pourtant à
    und aber also denn oder beispiel achtung hinweis ergebnis fazit nämlich kurzum
    pero entonces pues ejemplo nota ojo resultado ma allora dunque esempio
    مثلا يعني یعنی مثلاً ولكن لكن اما लेकिन और यानी 比如 例如 注意 但是 所以 例えば つまり 注"""
)
# A clause begins with one of these, and a name does not.
PRONOUNS = _words(
    """i i'm he she we you they it there this that he's she's it's that's what if when
    je j'ai tu il elle on nous vous ils elles ce c'est ça cela ceci y'a si quand comme
    ich du er sie wir ihr es wenn das dies yo tú él nosotros ustedes ellos esto eso si cuando io lui noi voi loro se quando"""
)
# A clause ends with one of these before its colon, and a name, in small letters, never does.
SAYING = _words(
    """is are was were be said says say that this these those following follows means mean ask asks asked think thinks
    est sont était c'est dit disait disais dis que qui suivant suivante suivants suivantes veut demande sais crois faut voici
    voilà ist sind war sagt sagte sagen gesagt heißt folgendes folgende folgt nämlich dass das mitgeteilt lautet wissen
    es son era dijo dice digo siguiente siguientes decir esto è disse
    گفت گفتم گفتند است بود که می‌گوید این یعنی شد قال قالت يقول تقول هو هي أن التالي هذا है हैं था थी कहा कि बोला बोले"""
)
