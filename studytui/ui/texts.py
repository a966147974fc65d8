"""Every sentence the app shows, in English and Korean, in one table keyed by id.

A sentence with `|` has a singular and a plural: the first half where `n` is 1. `key.*` describe the bindings by id, for
the key bar and the help; decks bring their own languages.
"""

from __future__ import annotations

from typing import Final

from studytui.ui.card_texts import CARDS
from studytui.ui.picture_texts import PICTURES
from studytui.ui.progress_texts import PROGRESS

TABLE: Final[dict[str, tuple[str, str]]] = {
    # home
    "home.title": ("studytui", "studytui"),
    "home.today": ("Today", "오늘"),
    "home.reviewed": ("{n} review|{n} reviews", "복습 {n}번"),
    "home.streak": ("{n} day in a row|{n} days in a row", "{n}일 연속"),
    "home.deck": ("Deck", "덱"),
    "home.new": ("New", "새 카드"),
    "home.learning": ("Learning", "학습 중"),
    "home.due": ("Due", "복습"),
    "home.total": ("Cards", "전체"),
    "home.all": ("All decks", "모든 덱"),
    "home.study": ("{key}  study {what}", "{key}  {what} 공부하기"),
    "home.what.due": ("{n} due card|{n} due cards", "복습할 카드 {n}장"),
    "home.what.learning": ("{n} card in learning|{n} cards in learning", "학습 중인 카드 {n}장"),
    "home.what.new": ("{n} new card|{n} new cards", "새 카드 {n}장"),
    "home.what.and": ("{first} and {second}", "{first}과 {second}"),
    "home.nothing": ("Nothing is due now.", "지금 공부할 카드가 없어요."),
    "home.next_due": ("Next card {when}.", "다음 카드: {when}."),
    "home.done": (
        "Nothing is due, and nothing is waiting. Come back tomorrow for new cards.",
        "공부할 카드도 기다리는 카드도 없어요. 내일 새 카드를 만나세요.",
    ),
    "home.left_out": (
        "{n} deck left out: {names}. {key} says why.|{n} decks left out: {names}. {key} says why.",
        "제외된 덱 {n}개: {names}. 이유는 {key}.",
    ),
    "home.warnings": (
        "{n} warning about decks. {key} shows it.|{n} warnings about decks. {key} shows them.",
        "덱 경고 {n}개. {key}로 봐요.",
    ),
    "home.empty": ("There are no decks yet.", "아직 덱이 없어요."),
    "home.empty.hint": (
        "Put a deck (a .yaml file of cards) into {folder}, or open one with: studytui --decks PATH",
        "카드가 담긴 .yaml 파일을 {folder}에 넣거나, studytui --decks PATH 로 여세요.",
    ),
    "home.reading": ("Reading the decks …", "덱을 읽는 중 …"),
    "home.opening": ("Opening the cards …", "카드를 여는 중 …"),
    # problems
    "problems.title": ("Decks with problems", "문제가 있는 덱"),
    "problems.hint": (
        "Mend the file and press {key}: the decks are read again. Your progress is kept by card id.",
        "파일을 고치고 {key} 키를 누르면 덱을 다시 읽어요. 진도는 카드 id로 보존돼요.",
    ),
    "problems.none": ("Every deck can be used.", "모든 덱을 쓸 수 있어요."),
    # suspended cards
    "suspended.title": ("Suspended cards", "정지한 카드"),
    "suspended.none": ("No card is suspended.", "정지한 카드가 없어요."),
    "suspended.released": ("{card} is back.", "{card} 카드를 다시 풀었어요."),
    # the list of cards
    **CARDS,
    # progress
    **PROGRESS,
    # study
    "study.kind.recall": ("recall", "설명하기"),
    "study.kind.choice": ("choice", "고르기"),
    "study.kind.predict": ("predict", "예측하기"),
    "study.kind.implement": ("implement", "구현하기"),
    "study.kind.derive": ("derive", "유도하기"),
    "study.depth.what": ("what", "무엇"),
    "study.depth.how": ("how", "어떻게"),
    "study.depth.why": ("why", "왜"),
    "study.counts": ("{new} new  {learning} learning  {due} due", "새 카드 {new}  학습 중 {learning}  복습 {due}"),
    "study.early": ("early review: due in {span}", "이른 복습: 원래는 {span} 뒤"),
    "study.early.why": (
        "This card is due only in {span}. An early review counts, but strengthens the memory less than one in time.",
        "이 카드는 {span} 뒤에나 복습할 차례예요. 이른 복습도 기록되지만, 제때 하는 복습보다 기억이 덜 단단해져요.",
    ),
    "study.hint": ("Hint {n} of {total}", "힌트 {n}/{total}"),
    "study.hints.none": ("This card has no hints.", "이 카드에는 힌트가 없어요."),
    "study.hints.all": ("That was the last hint.", "마지막 힌트였어요."),
    "study.solution": ("Solution", "풀이"),
    "study.answer": ("Model answer", "모범 답안"),
    "study.explanation": ("Explanation", "설명"),
    "study.solution.confirm": (
        "Show the solution? The suggested rating will be again. Press {key} once more to see it.",
        "풀이를 볼까요? 추천 평가가 '다시'가 돼요. {key} 키를 한 번 더 누르면 보여요.",
    ),
    "study.grading": ("Grading …", "채점 중 …"),
    "study.grading.cases": ("{run} of {total} cases", "{total}개 중 {run}개"),
    "study.grading.cancel": ("{key} cancels", "{key} 취소"),
    "study.cancelled": ("Grading was cancelled; your answer is kept.", "채점을 취소했어요. 답은 그대로 있어요."),
    "study.undone": ("The last review is taken back.", "마지막 복습을 되돌렸어요."),
    "study.nothing_to_undo": ("There is no review to take back.", "되돌릴 복습이 없어요."),
    "study.buried": ("Buried until tomorrow.", "내일까지 묻어 두었어요."),
    "study.suspended": (
        "Suspended: the card does not come back until you release it at home.",
        "정지했어요. 홈에서 풀 때까지 이 카드는 나오지 않아요.",
    ),
    "study.suspend.confirm": (
        "Suspend this card? It does not come back until you release it. Press {key} once more.",
        "이 카드를 정지할까요? 풀 때까지 나오지 않아요. {key} 키를 한 번 더 누르세요.",
    ),
    "study.leech": (
        "{card} was forgotten many times. Rewriting it, or learning what it builds on, helps more than repeating.",
        "{card} 카드를 여러 번 잊었어요. 반복하기보다 카드를 고쳐 쓰거나 그 바탕을 먼저 익히는 편이 나아요.",
    ),
    "study.missing": (
        (
            "{n} card is left out: its deck no longer has it, or it cannot be drawn.|"
            "{n} cards are left out: their decks no longer have them, or they cannot be drawn."
        ),
        "카드 {n}장을 뺐어요. 덱에 더 이상 없거나 숫자를 뽑을 수 없어요.",
    ),
    "study.waiting": (
        "Another program holds the database; this is saved as soon as it lets go.",
        "다른 프로그램이 데이터베이스를 쓰고 있어요. 끝나는 대로 저장해요.",
    ),
    "study.skipped": (
        "Skipped; the card comes back later in this session.",
        "건너뛰었어요. 이 세션에서 다시 나와요.",
    ),
    "study.copied": ("Copied.", "복사했어요."),
    "study.empty_answer": ("There is no answer yet.", "아직 답이 없어요."),
    "study.uses": ("Given", "주어진 것"),
    "study.lemmas": ("You may use", "써도 되는 것"),
    "study.symbols": ("Symbols", "기호"),
    "study.asks": ("Find", "구할 것"),
    "study.by_hand.loops": ("By hand: loops over single elements", "손으로: 원소 하나씩 반복문으로"),
    "study.by_hand.tensors": (
        "By hand: tensor operations, but not the function itself",
        "손으로: 텐서 연산, 단 그 함수 자체는 제외",
    ),
    "study.by_hand.free": ("Any way you like", "어떤 방법이든"),
    "study.by_hand.triton": ("By hand: a Triton kernel", "손으로: Triton 커널"),
    # answers
    "answer.title.recall": ("Your answer", "내 답"),
    "answer.title.choice": ("Choose one", "하나를 고르세요"),
    "answer.title.choice.many": ("Choose every right one", "맞는 것을 모두 고르세요"),
    "answer.title.predict": ("Your prediction", "내 예측"),
    "answer.title.implement": ("Your code", "내 코드"),
    "answer.title.derive": ("Your derivation, one step a line", "유도 과정, 한 줄에 한 단계"),
    "answer.recall.placeholder": ("Say it in your own words …", "자신의 말로 설명해 보세요 …"),
    "answer.predict.value": ("the value, e.g. tensor([1., 2.])", "값, 예: tensor([1., 2.])"),
    "answer.predict.shape": ("the shape, e.g. (2, 3)", "크기, 예: (2, 3)"),
    "answer.predict.dtype": ("the dtype, e.g. float32", "dtype, 예: float32"),
    "answer.predict.printed": ("what it prints", "출력되는 것"),
    "answer.predict.error": ("the error, e.g. RuntimeError", "오류, 예: RuntimeError"),
    "answer.derive.preview": ("Your lines, as on paper.", "쓰신 식이 여기에 종이에 쓴 모양으로 보여요."),
    "answer.derive.placeholder": ("{asks} = …", "{asks} = …"),
    "points.title": ("What your answer says — tick each point you made", "답에 들어 있는 것에 표시하세요"),
    # verdict
    "verdict.passed": ("Passed", "통과"),
    "verdict.wrong": ("Wrong", "틀림"),
    "verdict.refused": ("Refused", "거부됨"),
    "verdict.crashed": ("Crashed", "오류로 멈춤"),
    "verdict.timed_out": ("Timed out", "시간 초과"),
    "verdict.out_of_memory": ("Out of memory", "메모리 부족"),
    "verdict.cases.passed": ("{n} case in {seconds} s|{n} cases in {seconds} s", "케이스 {n}개, {seconds}초"),
    "verdict.cases.failed": ("case {n} of {total}", "{total}개 중 {n}번째 케이스"),
    "verdict.line": ("line {n}", "{n}번째 줄"),
    "verdict.chosen.rightly": ("chosen, and right", "골랐고, 맞아요"),
    "verdict.chosen.wrongly": ("chosen, but wrong", "골랐지만, 틀려요"),
    "verdict.left.rightly": ("rightly not chosen", "고르지 않았고, 틀린 보기예요"),
    "verdict.left.wrongly": ("not chosen, though right", "고르지 않았지만, 맞는 보기예요"),
    "verdict.cause": ("Likely cause", "짐작되는 원인"),
    "verdict.inputs": ("Inputs", "입력"),
    "verdict.expected": ("Expected", "기댓값"),
    "verdict.actual": ("Yours", "내 결과"),
    "verdict.what": ("in the {what}", "{what}에서"),
    "verdict.expected.answer": ("The right answer", "정답"),
    "verdict.printed": ("Your code printed", "코드가 출력한 것"),
    "verdict.more": ("… {n} more", "… {n}개 더"),
    "verdict.nothing": ("nothing", "없음"),
    # pictures
    **PICTURES,
    # ratings
    "rating.1": ("again", "다시"),
    "rating.2": ("hard", "어려움"),
    "rating.3": ("good", "좋음"),
    "rating.4": ("easy", "쉬움"),
    # summary
    "summary.title": ("Session finished", "세션 끝"),
    "summary.none": ("Nothing was reviewed.", "복습한 카드가 없어요."),
    "summary.reviewed": ("{n} card reviewed|{n} cards reviewed", "{n}장 복습함"),
    "summary.first_try": ("{n} passed at the first try", "첫 시도에 통과 {n}장"),
    "summary.time": ("Time", "시간"),
    "summary.ratings": ("Ratings", "평가"),
    "summary.next": ("Next card", "다음 카드"),
    "summary.again": ("To look at again", "다시 볼 카드"),
    "summary.more": ("… and {n} more", "… 그 밖에 {n}장"),
    # help
    "help.title": ("Keys", "키"),
    "help.rebind": (
        'To change a key, write its name and the keys you want under [keys] in {file}: "study.grade" = "f5,ctrl+j"',
        '키를 바꾸려면 {file}의 [keys]에 이름과 원하는 키를 쓰세요: "study.grade" = "f5,ctrl+j"',
    ),
    "help.group.here": ("Here", "여기"),
    "help.group.screen": ("This screen", "이 화면"),
    "help.group.text": ("Editing text", "글 편집"),
    "help.group.app": ("Everywhere", "어디서나"),
    "help.mouse": ("Everything in the key bar can be clicked.", "아래 키 표시줄은 모두 클릭할 수 있어요."),
    # everywhere
    "app.too_small": (
        "The terminal is too small.\nMake it at least {width} × {height}; it is {now_width} × {now_height}.",
        "터미널이 너무 작아요.\n{width} × {height} 이상으로 키워 주세요. 지금은 {now_width} × {now_height}예요.",
    ),
    "app.unsaved": (
        "What you typed for {card} could not be saved; it is in {file}.",
        "{card}에 쓰신 내용을 저장하지 못했어요. {file}에 있어요.",
    ),
    "app.leave": ("{key} leaves studytui.", "{key} 키로 나가요."),
    "app.bug": (
        "studytui made a mistake: {error}. Your answer is kept. Details are in {file}; please report them.",
        "studytui 내부 오류: {error}. 답은 저장되어 있어요. 자세한 내용은 {file}에 있으니 알려 주세요.",
    ),
    "app.keys.clash": ("Two bindings want the same key: {ids}.", "같은 키를 쓰는 항목이 있어요: {ids}."),
    "app.keys.clash.hint": ("Change one of them under [keys] in the settings.", "설정의 [keys]에서 하나를 바꾸세요."),
    "app.keys.unknown": ("[keys] names a binding that does not exist: {id}.", "[keys]에 없는 항목이 있어요: {id}."),
    "app.keys.unknown.hint": ("F1 lists the names.", "F1에서 이름을 볼 수 있어요."),
    "app.theme": ("The theme {theme} does not exist.", "{theme} 테마는 없어요."),
    "app.theme.hint": ("Known themes: {themes}.", "쓸 수 있는 테마: {themes}."),
    "editor.none": ("No editor is set.", "편집기가 설정되지 않았어요."),
    "editor.none.hint": (
        'Set $EDITOR, or `editor` in the settings, e.g. editor = "vim".',
        '$EDITOR 또는 설정의 editor를 정하세요. 예: editor = "vim".',
    ),
    "editor.missing": (
        "The editor {command} cannot be started: {why}.",
        "편집기 {command}을(를) 실행할 수 없어요: {why}.",
    ),
    "editor.failed": (
        "The editor {command} ended with status {status}.",
        "편집기 {command}이(가) 상태 {status}(으)로 끝났어요.",
    ),
    "editor.failed.hint": ("Your answer is as it was before.", "답은 그대로예요."),
    "editor.unsupported": ("An editor cannot be opened here.", "여기서는 편집기를 열 수 없어요."),
    "editor.unsaved": ("Nothing was saved, so nothing is graded.", "저장하지 않아 채점하지 않아요."),
    # time
    "time.now": ("now", "지금"),
    "time.in": ("in {span}", "{span} 뒤"),
    "time.at": ("in {span} ({clock})", "{span} 뒤 ({clock})"),
    "time.minutes": ("{n} min", "{n}분"),
    "time.hours": ("{n} h", "{n}시간"),
    "time.days": ("{n} day|{n} days", "{n}일"),
    "time.months": ("{n} month|{n} months", "{n}개월"),
    "time.years": ("{n} year|{n} years", "{n}년"),
    "time.spent": ("{minutes} min {seconds} s", "{minutes}분 {seconds}초"),
    "time.spent.short": ("{seconds} s", "{seconds}초"),
    # key bar and help, by the id of the binding
    "key.app.help": ("Help", "도움말"),
    "key.app.interrupt": ("How to quit", "끝내는 법"),
    "key.screen.next": ("Next part", "다음 부분"),
    "key.screen.previous": ("Previous part", "이전 부분"),
    "key.screen.copy": ("Copy selected text", "선택한 글 복사"),
    "key.screen.back": ("Back", "뒤로"),
    "key.home.study": ("Study", "공부하기"),
    "key.home.down": ("Down", "아래로"),
    "key.home.up": ("Up", "위로"),
    "key.home.first": ("First", "처음"),
    "key.home.last": ("Last", "끝"),
    "key.home.page_down": ("Page down", "한 쪽 아래"),
    "key.home.page_up": ("Page up", "한 쪽 위"),
    "key.home.cards": ("Cards", "카드"),
    "key.home.progress": ("Progress", "진도"),
    "key.home.problems": ("Problems", "문제"),
    "key.home.suspended": ("Suspended", "정지한 카드"),
    "key.home.reload": ("Reload", "다시 읽기"),
    "key.home.quit": ("Quit", "끝내기"),
    "key.study.grade": ("Grade", "채점"),
    "key.study.hint": ("Hint", "힌트"),
    "key.study.solution": ("Solution", "풀이"),
    "key.study.editor": ("$EDITOR", "$EDITOR"),
    "key.study.rate_again": ("Again", "다시"),
    "key.study.rate_hard": ("Hard", "어려움"),
    "key.study.rate_good": ("Good", "좋음"),
    "key.study.rate_easy": ("Easy", "쉬움"),
    "key.study.accept": ("Accept", "추천대로"),
    "key.study.retry": ("Retry", "재도전"),
    "key.study.edit": ("Edit", "편집"),
    "key.study.undo": ("Undo", "되돌리기"),
    "key.study.skip": ("Skip", "넘기기"),
    "key.study.bury": ("Bury", "묻기"),
    "key.study.suspend": ("Suspend", "정지"),
    "key.study.copy": ("Copy", "복사"),
    "key.study.home": ("Leave", "나가기"),
    "key.study.scroll_down": ("Scroll down", "아래로 스크롤"),
    "key.study.scroll_up": ("Scroll up", "위로 스크롤"),
    "key.pane.down": ("Scroll down", "아래로"),
    "key.pane.up": ("Scroll up", "위로"),
    "key.pane.page_down": ("Page down", "한 쪽 아래"),
    "key.pane.page_up": ("Page up", "한 쪽 위"),
    "key.pane.home": ("Top", "맨 위"),
    "key.pane.end": ("Bottom", "맨 아래"),
    "key.choice.down": ("Down", "아래로"),
    "key.choice.up": ("Up", "위로"),
    "key.choice.tick": ("Choose", "고르기"),
    **{f"key.choice.digit{n}": (f"Choose {n}", f"{n}번 고르기") for n in range(1, 10)},
    "key.choice.submit": ("Grade", "채점"),
    "key.points.down": ("Down", "아래로"),
    "key.points.up": ("Up", "위로"),
    "key.points.tick": ("Tick", "표시"),
    **{f"key.points.digit{n}": (f"Tick {n}", f"{n}번 표시") for n in range(1, 10)},
    "key.points.done": ("Done", "끝"),
    "key.box.leave": ("Leave text", "글상자 나가기"),
    "key.code.indent": ("Indent", "들여쓰기"),
    "key.code.dedent": ("Dedent", "내어쓰기"),
    "key.text.cursor_up": ("Line up", "한 줄 위"),
    "key.text.cursor_down": ("Line down", "한 줄 아래"),
    "key.text.cursor_left": ("Left", "왼쪽"),
    "key.text.cursor_right": ("Right", "오른쪽"),
    "key.text.cursor_word_left": ("Word left", "한 단어 왼쪽"),
    "key.text.cursor_word_right": ("Word right", "한 단어 오른쪽"),
    "key.text.cursor_line_start": ("Start of line", "줄 처음"),
    "key.text.cursor_line_end": ("End of line", "줄 끝"),
    "key.text.cursor_page_up": ("Page up", "한 쪽 위"),
    "key.text.cursor_page_down": ("Page down", "한 쪽 아래"),
    "key.text.cursor_word_left_select": ("Select word left", "왼쪽 단어 선택"),
    "key.text.cursor_word_right_select": ("Select word right", "오른쪽 단어 선택"),
    "key.text.cursor_line_start_select": ("Select to start of line", "줄 처음까지 선택"),
    "key.text.cursor_line_end_select": ("Select to end of line", "줄 끝까지 선택"),
    "key.text.cursor_up_select": ("Select up", "위로 선택"),
    "key.text.cursor_down_select": ("Select down", "아래로 선택"),
    "key.text.cursor_left_select": ("Select left", "왼쪽으로 선택"),
    "key.text.cursor_right_select": ("Select right", "오른쪽으로 선택"),
    "key.text.select_line": ("Select line", "줄 선택"),
    "key.text.select_all": ("Select all", "모두 선택"),
    "key.text.delete_left": ("Delete left", "왼쪽 지우기"),
    "key.text.delete_right": ("Delete right", "오른쪽 지우기"),
    "key.text.delete_word_left": ("Delete word left", "왼쪽 단어 지우기"),
    "key.text.delete_word_right": ("Delete word right", "오른쪽 단어 지우기"),
    "key.text.delete_to_start_of_line": ("Delete to start of line", "줄 처음까지 지우기"),
    "key.text.delete_to_end_of_line_or_delete_line": ("Delete to end of line", "줄 끝까지 지우기"),
    "key.text.delete_line": ("Delete line", "줄 지우기"),
    "key.text.cut": ("Cut", "잘라내기"),
    "key.text.copy": ("Copy", "복사"),
    "key.text.paste": ("Paste", "붙여넣기"),
    "key.text.undo": ("Undo edit", "편집 되돌리기"),
    "key.text.redo": ("Redo edit", "편집 다시 하기"),
    "key.summary.back": ("Home", "홈으로"),
    "key.summary.undo": ("Undo last review", "마지막 복습 되돌리기"),
    "key.suspended.release": ("Release", "다시 풀기"),
    "key.suspended.down": ("Down", "아래로"),
    "key.suspended.up": ("Up", "위로"),
    "key.problems.reload": ("Read decks again", "덱 다시 읽기"),
}
"""id → (English, Korean)."""


class Texts:
    """The sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = 1 if language == "ko" else 0

    def __call__(self, id: str, /, **values: object) -> str:  # noqa: A002 - it is the table's own word for it
        """The sentence `id` with its placeholders filled in."""
        sentence = TABLE[id][self._column]
        if "|" in sentence:
            singular, _, plural = sentence.partition("|")
            sentence = singular if values.get("n") in (1, "1") else plural
        return sentence.format(**values) if values else sentence

    def binding(self, binding_id: str | None, otherwise: str) -> str:
        """What a binding does, by its id; `otherwise` for one that has none."""
        row = TABLE.get(f"key.{binding_id}")
        return row[self._column] if row else otherwise
