"""The sentences of the formula language by kind of finding: English first, then Korean (해요체).

Korean sentences set formulas off so that no particle hangs on one: whether 은 or 는 follows `dL/dw` is not ours to say.
"""

from __future__ import annotations

READING = {
    "line_too_long": (
        "A line may have at most {limit} characters.",
        "한 줄에는 {limit}자까지만 쓸 수 있어요.",
    ),
    "too_many_lines": (
        "An answer may have at most {limit} lines.",
        "답은 {limit}줄까지만 쓸 수 있어요.",
    ),
    "too_deep": (
        "This is nested too deeply, or too long a sum: give a part of it a name on a line of its own.",
        "식이 너무 깊거나 항이 너무 많아요. 일부를 따로 한 줄에 이름 붙여 써 보세요.",
    ),
    "too_much_work": (
        "This is too much to check. Shorten the derivation.",
        "확인하기에 너무 길어요. 유도를 줄여 주세요.",
    ),
    "empty_answer": (
        "There is no formula yet. Write the steps, one a line; the last gives `{asks}`.",
        "아직 식이 없어요. 한 줄에 한 단계씩 쓰고, 마지막 줄에서 `{asks}`의 식을 쓰세요.",
    ),
    "hangul": (
        "`{character}` is Korean: is the keyboard on Korean? Words go on lines that start with #.",
        "수식 안에 한글 `{character}` 글자가 있어요. 한/영 키를 확인해 보세요. 말로 쓰는 줄은 #으로 시작해요.",
    ),
    "bad_character": (
        "`{character}` has no meaning in a formula.",
        "`{character}` 기호는 수식에서 쓰지 않아요.",
    ),
    "bad_superscript": (
        "This superscript is no power. Write it with ^, as x^2 or x^(-1).",
        "이 위첨자는 거듭제곱으로 읽을 수 없어요. x^2, x^(-1)처럼 ^로 써 주세요.",
    ),
    "bars": (
        "Write abs(x) for an absolute value and norm(x) for a norm.",
        "절댓값은 abs(x), 노름은 norm(x)로 써 주세요.",
    ),
    "round_brackets": (
        "Formulas are grouped by round brackets: ( ).",
        "묶을 때는 소괄호 ( )만 써 주세요.",
    ),
    "index_sum": (
        "`{name}` needs an index that has no other meaning: {function}_i(…), with i in what is added up.",
        "`{name}` 표기에는 다른 뜻이 없는 첨자가 필요해요. {function}_i(…)처럼 쓰고 괄호 안에 i를 넣어 주세요.",
    ),
    "index_range_typed": (
        "An index runs over all its values: write {name}_i(…), with no limits.",
        "첨자는 가능한 값 전체를 돌아요. 범위 없이 {name}_i(…)로 써 주세요.",
    ),
    "index_outside_sum": (
        "`{name}` stands outside of the sum over it. Put all that is added up into its brackets: sum_{name}(…).",
        "`{name}` 첨자가 그 합의 괄호 밖에 있어요. 더할 것 전체를 sum_{name}(…) 괄호 안에 넣어 주세요.",
    ),
    "index_free": (
        "`{name}` stands on the right only: is a sum over it missing, or an index on the left?",
        "`{name}` 첨자가 오른쪽에만 있어요. 그 첨자로 더하는 합이나 왼쪽의 첨자가 빠진 것 같아요.",
    ),
    "derivative_operator": (
        "Say of what and with respect to what: dL/dw, d/dx(x^2) or grad(L, w).",
        "무엇을 무엇으로 미분하는지 써 주세요. dL/dw, d/dx(x^2), grad(L, w) 가운데 하나로 쓰면 돼요.",
    ),
    "differential_brackets": (
        "Put what is differentiated into brackets: d/d{name}(…).",
        "미분할 식을 괄호로 묶어 주세요: d/d{name}(…).",
    ),
    "derivative_order": (
        "At most {limit} derivatives may stand one in the other.",
        "미분은 {limit}번까지만 겹쳐 쓸 수 있어요.",
    ),
    "derivative_by": (
        "A derivative is taken with respect to a name, or an element of one: grad(L, w).",
        "미분은 이름이나 그 원소 하나로 해요. grad(L, w)처럼 써 주세요.",
    ),
    "function_prime": (
        "`{name}` has no derivative here: write it out, or as d/dx(…).",
        "`{name}` 표기는 쓸 수 없어요. 미분한 결과를 쓰거나 d/dx(…)로 써 주세요.",
    ),
    "prime_of_name": (
        "`{name}` has no meaning yet. For the transpose of `{stem}` write {stem}.T or {stem}ᵀ.",
        "`{name}` 이름은 아직 정해지지 않았어요. 전치를 뜻했다면 {stem}.T 또는 {stem}ᵀ로 써 주세요.",
    ),
    "attribute": (
        "`{attribute}` is Python, not mathematics: write sum(x), exp(x) and the like. Only .T is known.",
        "`{attribute}` 표기는 수식이 아니라 파이썬이에요. sum(x), exp(x)처럼 써 주세요. 점 뒤에는 .T만 쓸 수 있어요.",
    ),
    "assignment": (
        "`{sign}` assigns. Write an equation instead, with = and a new name for the new value, as w' = w - ….",
        "`{sign}` 기호는 대입이에요. w' = w - …처럼 새 값에 새 이름을 주고 =로 이어 주세요.",
    ),
    "unknown_name": (
        "`{name}` is no name of this card. It has: {known}.",
        "이 카드에 `{name}` 이름은 없어요. 쓸 수 있는 이름: {known}.",
    ),
    "unknown_function": (
        "`{name}` is no function here, and no name to multiply by.",
        "`{name}` 함수는 없고, 곱할 수 있는 이름도 아니에요.",
    ),
    "uses_asked": (
        "`{name}` is what is asked: first give it, on the left of an equals sign.",
        "`{name}` 값이 바로 구할 것이에요. 먼저 등호 왼쪽에 두고 식을 써 주세요.",
    ),
    "function_alone": (
        "`{name}` is a function: write {name}(…).",
        "`{name}` 이름은 함수예요. {name}(…)처럼 괄호와 함께 써 주세요.",
    ),
    "name_taken": (
        "`{name}` is a function and cannot be given a meaning of your own.",
        "`{name}` 이름은 함수라서 새 뜻으로 쓸 수 없어요.",
    ),
    "constant_used": (
        "`{name}` was the constant on a line above: give yours another name.",
        "위 줄에서 `{name}` 이름을 상수로 썼어요. 다른 이름을 써 주세요.",
    ),
    "argument_count": (
        "`{function}` takes {wanted} argument(s).",
        "`{function}` 함수의 인수는 {wanted}개예요.",
    ),
    "unknown_keyword": (
        "`{name}=` is not known here; only dim= is.",
        "`{name}=` 인수는 쓸 수 없어요. dim=만 쓸 수 있어요.",
    ),
    "no_dim": (
        "`{function}` takes no dim.",
        "`{function}` 함수에는 dim을 줄 수 없어요.",
    ),
    "dim_number": (
        "The dim of `{function}` is a whole number: 0, 1 or -1.",
        "`{function}` 함수의 dim은 0, 1, -1 같은 정수예요.",
    ),
    "two_readings": (
        "`{name}` can be read as {first} or as {second}: write the *.",
        "`{name}` 표기는 {first}일 수도 {second}일 수도 있어요. *를 써 주세요.",
    ),
    "ask_times": (
        "Something is missing between `{left}` and `{right}`: write * for a product.",
        "`{left}` 다음과 `{right}` 사이에 기호가 빠졌어요. 곱이라면 *를 써 주세요.",
    ),
    "ambiguous_division": (
        "Is the factor after `{left}` above or below the line? Write * and brackets, as 1/2*(x) or 1/(2*x).",
        "`{left}` 뒤에 붙은 것이 분자인지 분모인지 알 수 없어요. 1/2*(x) 또는 1/(2*x)처럼 *와 괄호를 써 주세요.",
    ),
    "root_of_power": (
        "Does the root go over the power? Write √(…) with brackets.",
        "거듭제곱까지 루트 안인지 알 수 없어요. √(…)처럼 괄호를 써 주세요.",
    ),
    "comparison_chain": (
        "Comparisons cannot be chained: multiply them, as (0 < x)*(x < 1).",
        "비교는 이어 쓸 수 없어요. (0 < x)*(x < 1)처럼 곱해 주세요.",
    ),
    "missing_after": (
        "Something is missing after `{before}`.",
        "`{before}` 다음에 와야 할 것이 빠졌어요.",
    ),
    "missing_before": (
        "Something is missing before `{text}`.",
        "`{text}` 앞에 와야 할 것이 빠졌어요.",
    ),
    "never_closed": (
        "This bracket is never closed.",
        "여기서 연 괄호를 닫지 않았어요.",
    ),
    "never_opened": (
        "This bracket closes none that was opened.",
        "여는 괄호 없이 닫는 괄호만 있어요.",
    ),
    "unexpected": (
        "`{text}` does not fit here.",
        "여기에 `{text}` 표기는 올 수 없어요.",
    ),
    "bad_domain": (
        (
            "`{domain}` is no domain: write real, 0.1..2, int in 1..4, vector[n], matrix[n, m] in -1..1, onehot[n] "
            "or index[n]."
        ),
        (
            "`{domain}` 표기는 범위로 읽을 수 없어요. real, 0.1..2, int in 1..4, vector[n], "
            "matrix[n, m] in -1..1, onehot[n], index[n] 가운데 하나로 써 주세요."
        ),
    ),
    "bad_asks": (
        "`{asks}` is neither a name, such as w', nor a derivative, such as dL/dw.",
        "`{asks}` 표기는 w' 같은 이름도, dL/dw 같은 미분도 아니에요.",
    ),
}

EVALUATING = {
    "shapes_differ": (
        "The shapes {left} and {right} do not fit `{operation}`.",
        "모양 {left}, {right}: `{operation}` 연산에 맞지 않아요.",
    ),
    "wrong_shape": (
        "`{function}` cannot take a value of shape {shape}.",
        "`{function}` 함수에 모양이 {shape}인 값은 넣을 수 없어요.",
    ),
    "no_such_dim": (
        "There is no dim {dim} in a value of shape {shape}.",
        "모양이 {shape}인 값에 dim {dim} 차원은 없어요.",
    ),
    "vectors_beside": (
        "Two vectors side by side: write * for element by element, @ for the inner product, outer(u, v) for a matrix.",
        "벡터 두 개가 나란히 있어요. 원소끼리는 *, 내적은 @, 행렬을 만드는 곱은 outer(u, v)로 써 주세요.",
    ),
    "inverse_of_matrix": (
        "A negative power of a matrix could be an inverse or go element by element: write 1/X for the latter.",
        "행렬의 음수 거듭제곱은 역행렬인지 원소별인지 알 수 없어요. 원소별이라면 1/X로 써 주세요.",
    ),
    "onehot_size": (
        "How long is this one-hot vector? Write onehot(t, n).",
        "원-핫 벡터의 길이를 알 수 없어요. onehot(t, n)처럼 써 주세요.",
    ),
    "bad_size": (
        "`{function}` needs small whole numbers: an index from 0, and a size larger than it.",
        "`{function}` 함수에는 작은 정수가 필요해요. 인덱스는 0부터이고 크기보다 작아야 해요.",
    ),
    "not_written_with": (
        (
            "`{top}` is not written with `{bottom}` anywhere, so d{top}/d{bottom} cannot be taken. "
            "First write {top} = … with `{bottom}` in it."
        ),
        (
            "`{top}` 식에 `{bottom}` 이름이 나오지 않아 d{top}/d{bottom} 값을 구할 수 없어요. "
            "먼저 {top} = … 꼴로 `{bottom}` 이름을 써서 나타내 주세요."
        ),
    ),
    "derivative_of_derivative": (
        "`{top}` holds a derivative itself, so it cannot be differentiated: write `{top}` out first.",
        "`{top}` 식에 미분이 들어 있어 다시 미분할 수 없어요. 먼저 `{top}` 식을 풀어서 써 주세요.",
    ),
    "index_range": (
        "How far does `{name}` run? Nothing here is indexed by `{name}` alone.",
        "`{name}` 첨자가 어디까지 도는지 알 수 없어요. `{name}` 하나로 가리키는 원소가 없어요.",
    ),
    "index_sizes": (
        "`{name}` would run over {one} values for `{first}`, but over {other} for `{second}`.",
        "`{name}` 첨자의 범위가 서로 달라요. `{first}`: {one}, `{second}`: {other}.",
    ),
    "index_outside": (
        "There is no such element: `{name}` has shape {shape}, and indices are whole numbers from 0.",
        "그런 원소는 없어요. `{name}` 모양: {shape}. 첨자는 0부터 세는 정수예요.",
    ),
    "index_number": (
        "An index is one whole number.",
        "첨자는 정수 하나여야 해요.",
    ),
    "no_element": (
        "`{name}` has no elements with {count} index(es).",
        "`{name}` 값에 첨자 {count}개로 가리킬 원소는 없어요.",
    ),
    "too_many_values": (
        "This has too many values to compute.",
        "구할 값이 너무 많아 계산할 수 없어요.",
    ),
    "no_value": (
        "`{name}` has no value: the line that defines it does not work out.",
        "`{name}` 값이 없어요. 그 이름을 정한 줄을 먼저 고쳐 주세요.",
    ),
}

JUDGING = {
    "differs": (
        "`{side}` is not `{reference}`.",
        "`{side}` ≠ `{reference}`: 두 값이 같지 않아요.",
    ),
    "shape": (
        "`{side}` has shape {actual}, but `{reference}` has shape {expected}.",
        "모양이 달라요. `{reference}`: {expected}, `{side}`: {actual}.",
    ),
    "index_on_one_side": (
        (
            "`{name}` stands on this side only, while `{reference}` is the same for every `{name}`: "
            "is a sum over it missing, or an index on the left?"
        ),
        (
            "`{name}` 첨자가 이쪽에만 있어요. `{reference}` 값은 `{name}`에 따라 달라지지 않아요. "
            "그 첨자로 더하는 합이나 왼쪽의 첨자가 빠진 것 같아요."
        ),
    ),
    "not_finite": (
        (
            "`{side}` and `{reference}` are not both numbers everywhere: there is a division by zero, a root "
            "or a logarithm of a negative number, or a value too large."
        ),
        (
            "`{side}`, `{reference}` 가운데 한쪽이 수가 아닌 곳이 있어요. 0으로 나누거나, "
            "음수의 루트나 로그를 취하거나, 값이 너무 커요."
        ),
    ),
    "nowhere_defined": (
        "`{side}` is hardly anywhere a number, so this line cannot be checked.",
        "`{side}` 값이 거의 모든 곳에서 수가 아니어서 이 줄을 확인할 수 없어요.",
    ),
    "not_asked": (
        "The last line gives `{gives}`, but `{asks}` is asked: end with {asks} = ….",
        "마지막 줄이 `{gives}` 식이에요. 구할 것은 `{asks}`: {asks} = … 꼴로 끝내 주세요.",
    ),
    "open_derivative": (
        "This is right, but `{what}` still stands in it: write that out.",
        "맞지만 식에 `{what}` 표기가 남아 있어요. 그 값까지 풀어서 써 주세요.",
    ),
    "assigned": (
        "`{name}` on the left is the old value, which does not change. The new one is `{asks}`.",
        "왼쪽의 `{name}` 이름은 옛 값이라 바뀌지 않아요. 새 값은 `{asks}`로 써 주세요.",
    ),
}

SLIPS = {
    "slip_negative": ("The sign is the wrong way round.", "부호가 반대예요."),
    "slip_times": ("It is {factor} times what it should be.", "맞는 값의 {factor}배예요."),
    "slip_missing_factor": ("A factor is missing: {factor}.", "빠진 인수가 있어요: {factor}."),
    "slip_extra_factor": ("A factor is too much: {factor}.", "더 곱해진 인수가 있어요: {factor}."),
    "slip_transposed": ("It is transposed.", "전치되어 있어요."),
    "slip_not_summed": ("The elements are still to be added up: sum(…).", "원소를 모두 더해야 해요: sum(…)."),
    "slip_not_averaged": ("The elements are still to be averaged: mean(…).", "원소의 평균을 내야 해요: mean(…)."),
    "slip_summed": (
        "It is added up, but each element should stand for itself.",
        "모두 더했지만, 더하지 않고 원소마다 값이 있어야 해요.",
    ),
    "slip_averaged": (
        "It is averaged, but each element should stand for itself.",
        "평균을 냈지만, 원소마다 값이 있어야 해요.",
    ),
    "slip_sum_dim": (
        "It is still to be added up along dim {dim}: sum(…, {dim}).",
        "dim {dim} 방향으로 더해야 해요: sum(…, {dim}).",
    ),
    "slip_mean_dim": (
        "It is still to be averaged along dim {dim}: mean(…, {dim}).",
        "dim {dim} 방향으로 평균을 내야 해요: mean(…, {dim}).",
    ),
    "term_sign": ("The sign before `{term}` is the wrong way round.", "`{term}` 항의 부호가 반대예요."),
    "term_times": (
        "The term `{term}` is {factor} times what it should be.",
        "`{term}` 항이 맞는 값의 {factor}배예요.",
    ),
    "term_extra": ("The term `{term}` should not be there.", "`{term}` 항은 없어야 해요."),
    "term_missing_factor": (
        "A factor is missing in the term `{term}`: {factor}.",
        "`{term}` 항에 빠진 인수가 있어요: {factor}.",
    ),
    "term_extra_factor": (
        "A factor is too much in the term `{term}`: {factor}.",
        "`{term}` 항에 더 곱해진 인수가 있어요: {factor}.",
    ),
    "term_missing": ("A term is missing: {term}.", "빠진 항이 있어요: {term}."),
    "change_sign": ("The sign before `{term}` is the wrong way round.", "`{term}` 앞의 부호가 반대예요."),
    "change_order": (
        "The factors of `{product}` are in the wrong order: a matrix product may not be turned round.",
        "`{product}` 곱의 순서가 바뀌었어요. 행렬곱은 순서를 바꿀 수 없어요.",
    ),
    "change_to_elementwise": (
        "`{product}` should go element by element: * instead of @.",
        "`{product}` 곱은 원소끼리의 곱이어야 해요. @ 대신 *를 쓰세요.",
    ),
    "change_to_matrix": (
        "`{product}` should be a matrix product: @ instead of *.",
        "`{product}` 곱은 행렬곱이어야 해요. * 대신 @를 쓰세요.",
    ),
    "change_transpose": (
        "In `{product}` something is transposed that should not be, or the other way round.",
        "`{product}` 안에서 전치를 빠뜨렸거나 잘못 넣었어요.",
    ),
    "change_function": (
        "`{typed}` should be `{right}`.",
        "`{typed}` 대신 `{right}` 함수여야 해요.",
    ),
    "change_index": (
        "The index `{typed}` stands where `{right}` should.",
        "첨자 `{right}` 자리에 `{typed}` 첨자를 썼어요.",
    ),
    "change_name": (
        "`{typed}` stands where `{right}` should.",
        "`{right}` 자리에 `{typed}` 이름을 썼어요.",
    ),
}
