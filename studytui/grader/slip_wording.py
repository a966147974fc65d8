"""The sentences of usual slips, by name, then by language; `children.usual_slips` and `altered_calls` find them."""

from __future__ import annotations

SLIPS: dict[str, dict[str, str]] = {
    # arguments
    "ignored": {
        "en": "`{name}` is ignored: without it torch gives just this.",
        "ko": "`{name}`을(를) 쓰지 않았어요. 이 인자를 빼면 torch도 똑같이 나와요.",
    },
    "ignored_for": {
        "en": "`{name}` is ignored: this is what `{name}={value}` gives.",
        "ko": "`{name}`을(를) 쓰지 않았어요. `{name}={value}`일 때의 결과예요.",
    },
    "as_if": {
        "en": "This is what `{name}={value}` gives, and the call does not say so.",
        "ko": "`{name}={value}`일 때의 결과예요. 이 호출은 그렇지 않아요.",
    },
    "neighbour": {
        "en": "This is what `{name}={value}` gives; here it is {asked}. Is a bound off by one?",
        "ko": "`{name}={value}`일 때의 결과인데 여기서는 {asked}이에요. 경계가 1만큼 어긋났나요?",
    },
    "wrong_dim": {
        "en": "The wrong dim: this is what `{name}={value}` gives; here it is {asked}.",
        "ko": "dim이 달라요. `{name}={value}`일 때의 결과인데 여기서는 {asked}이에요.",
    },
    "negative_literal": {
        "en": "`{name}={value}` was taken for {taken}; a negative dim counts from the end.",
        "ko": "`{name}={value}`을(를) {taken}(으)로 봤어요. 음수 dim은 끝에서부터 세요.",
    },
    "negative_dim": {
        "en": "This is the first case with a negative `{name}` ({value}): does it count from the end?",
        "ko": "`{name}`이(가) 음수({value})인 첫 케이스예요. 끝에서부터 세고 있나요?",
    },
    "negative_size": {
        "en": "This is the first case with {value} in `{name}`: is that size worked out from the others?",
        "ko": "`{name}`에 {value}이(가) 있는 첫 케이스예요. 그 크기를 나머지 크기로 계산하고 있나요?",
    },
    "swapped": {
        "en": "`{one}` and `{other}` are swapped.",
        "ko": "`{one}`와(과) `{other}`이(가) 서로 바뀌었어요.",
    },
    "pair_swapped": {
        "en": "The two numbers of `{name}` are swapped: the first is for H, the second for W.",
        "ko": "`{name}`의 두 수가 바뀌었어요. 앞이 H, 뒤가 W예요.",
    },
    "height_and_width": {"en": "H and W are swapped.", "ko": "H와 W가 서로 바뀌었어요."},
    "kernel_flipped": {
        "en": "`{name}` is flipped: torch's convolution takes the kernel as it is.",
        "ko": "`{name}`이(가) 뒤집혔어요. torch의 합성곱은 커널을 뒤집지 않고 그대로 써요.",
    },
    "extremes": {
        "en": "Max and min are swapped: this is the other extreme.",
        "ko": "최댓값과 최솟값이 바뀌었어요. 반대쪽 극값이에요.",
    },
    # the right values, not quite
    "right_values_wrong_shape": {
        "en": "The values are right and in order; only the shape is not.",
        "ko": "값과 순서는 맞고 shape만 달라요.",
    },
    "dtype_lost": {
        "en": "The values are right; only the dtype is lost. Was the result made without `dtype=`?",
        "ko": "값은 맞고 dtype만 잃었어요. 결과를 만들 때 `dtype=`을 빼먹었나요?",
    },
    "precision_lost": {
        "en": "The values are right to float32's precision only: something on the way is float32.",
        "ko": "float32 정밀도까지만 맞아요. 계산 도중에 float32로 바뀐 값이 있어요.",
    },
    "not_finite_missing": {
        "en": "All else is right; where torch gives {value}, the result does not.",
        "ko": "나머지는 다 맞아요. torch가 {value}을(를) 주는 곳에서만 달라요.",
    },
    "not_finite_extra": {
        "en": "All else is right; the result has {value} where torch gives a number.",
        "ko": "나머지는 다 맞아요. torch가 수를 주는 곳에 {value}이(가) 있어요.",
    },
    "whole_down": {
        "en": "Every element is cut to a whole number: is there a `//`, an `int(…)` or an integer dtype?",
        "ko": "모든 원소에서 소수 부분이 잘렸어요. `//`나 `int(…)`, 정수 dtype을 썼나요?",
    },
    "rounded": {
        "en": "Every element is rounded to a whole number.",
        "ko": "모든 원소가 정수로 반올림되어 있어요.",
    },
    "sign": {"en": "Every element has the wrong sign.", "ko": "모든 원소의 부호가 반대예요."},
    "sign_lost": {
        "en": "The signs are lost: every element is its absolute value.",
        "ko": "부호가 사라졌어요. 모든 원소가 절댓값이에요.",
    },
    "abs_missing": {
        "en": "The absolute value is missing: some elements are negative.",
        "ko": "절댓값을 취하지 않았어요. 음수인 원소가 있어요.",
    },
    "all_zeros": {
        "en": "Every element is zero: was the result ever written to?",
        "ko": "모든 원소가 0이에요. 결과에 값을 쓰고 있나요?",
    },
    "input_unchanged": {"en": "The result is the input as it came.", "ko": "결과가 입력 그대로예요."},
    # right elements in wrong places
    "transposed": {"en": "The result is transposed.", "ko": "결과가 전치(transpose)되어 있어요."},
    "dims_swapped": {
        "en": "Dims {one} and {other} of the result are swapped.",
        "ko": "결과의 dim {one}와(과) dim {other}이(가) 서로 바뀌었어요.",
    },
    "reversed": {"en": "The result is reversed along dim {dim}.", "ko": "결과가 dim {dim} 방향으로 뒤집혀 있어요."},
    "rolled": {
        "en": "The result is shifted by one along dim {dim}: an index is off by one.",
        "ko": "결과가 dim {dim} 방향으로 한 칸 밀려 있어요. 인덱스가 1만큼 어긋났어요.",
    },
    "inverted": {"en": "Every True is False, and every False True.", "ko": "True와 False가 모두 뒤바뀌었어요."},
    "at_bound": {
        "en": "Only where `{name}` equals {bound} is the result wrong: is `<` meant, or `<=`?",
        "ko": "`{name}`이(가) {bound}과(와) 같은 곳에서만 달라요. `<`와 `<=`를 확인해 보세요.",
    },
    # right in part
    "first_only": {
        "en": "Only the first along dim {dim} is right and the rest is zero: does the loop end too soon?",
        "ko": "dim {dim}에서 첫 번째만 맞고 나머지는 0이에요. 반복이 너무 일찍 끝나나요?",
    },
    "last_only": {
        "en": "Only the last along dim {dim} is right and the rest is zero: is the result made anew in the loop?",
        "ko": "dim {dim}에서 마지막만 맞고 나머지는 0이에요. 반복문 안에서 결과를 새로 만드나요?",
    },
    "first_everywhere": {
        "en": "Everything along dim {dim} got the first one's result.",
        "ko": "dim {dim}의 모든 자리에 첫 번째 결과가 들어 있어요.",
    },
    "last_everywhere": {
        "en": "Everything along dim {dim} got the last one's result.",
        "ko": "dim {dim}의 모든 자리에 마지막 결과가 들어 있어요.",
    },
    "all_but_first": {
        "en": "Only the first along dim {dim} is wrong: does the loop begin one late?",
        "ko": "dim {dim}에서 첫 번째만 틀렸어요. 반복이 하나 늦게 시작하나요?",
    },
    "all_but_last": {
        "en": "Only the last along dim {dim} is wrong: does the loop stop one short?",
        "ko": "dim {dim}에서 마지막만 틀렸어요. 반복이 하나 일찍 멈추나요?",
    },
    "first_missing": {
        "en": "The first along dim {dim} is missing; all else is right.",
        "ko": "dim {dim}에서 첫 번째가 빠졌어요. 나머지는 맞아요.",
    },
    "last_missing": {
        "en": "The last along dim {dim} is missing; all else is right.",
        "ko": "dim {dim}에서 마지막이 빠졌어요. 나머지는 맞아요.",
    },
    "first_extra": {
        "en": "There is one too many at the beginning of dim {dim}; all else is right.",
        "ko": "dim {dim}의 처음에 하나가 더 있어요. 나머지는 맞아요.",
    },
    "last_extra": {
        "en": "There is one too many at the end of dim {dim}; all else is right.",
        "ko": "dim {dim}의 끝에 하나가 더 있어요. 나머지는 맞아요.",
    },
    "size_off_by_one": {
        "en": "Dim {dim} has size {actual}, one off {expected}: count the first and the last once each.",
        "ko": "dim {dim}의 크기가 {actual}이라 {expected}에서 1만큼 어긋나요. 처음과 끝을 한 번씩만 세었는지 보세요.",
    },
    "items_off_by_one": {
        "en": "There are {actual} items, one off {expected}: is the first or the last left out, or counted twice?",
        "ko": "항목이 {actual}개라 {expected}개에서 하나 어긋나요. 처음이나 끝을 빠뜨리거나 두 번 세었나요?",
    },
    # all wrong by the same amount
    "not_divided_elements": {
        "en": "The result is {n} times too large, and `{name}` has {n} elements: is a division by n missing?",
        "ko": "결과가 {n}배 커요. `{name}`의 원소가 {n}개예요. n으로 나누는 걸 빼먹었나요?",
    },
    "not_divided_size": {
        "en": "The result is {n} times too large, and dim {dim} of `{name}` has size {n}: is a division by n missing?",
        "ko": "결과가 {n}배 커요. `{name}`의 dim {dim} 크기가 {n}이에요. n으로 나누는 걸 빼먹었나요?",
    },
    "not_divided_less": {
        "en": "The result is {less} times too large, which is n - 1 for n = {n}: is a division by n - 1 missing?",
        "ko": "결과가 {less}배 커요. n = {n}이면 n - 1이에요. n - 1로 나누는 걸 빼먹었나요?",
    },
    "divided_again_elements": {
        "en": "The result is divided by {n}, the number of elements of `{name}`; torch does not divide here.",
        "ko": "결과가 `{name}`의 원소 수 {n}(으)로 나뉘었어요. torch는 여기서 나누지 않아요.",
    },
    "divided_again_size": {
        "en": "The result is divided by {n}, the size of dim {dim} of `{name}`; torch does not divide here.",
        "ko": "결과가 `{name}`의 dim {dim} 크기 {n}(으)로 나뉘었어요. torch는 여기서 나누지 않아요.",
    },
    "biased": {
        "en": "The biased estimate: it divides by n = {n} where torch divides by n - 1 = {less}.",
        "ko": "편향된 추정이에요. torch는 n - 1 = {less}(으)로 나누는데 n = {n}(으)로 나눴어요.",
    },
    "unbiased": {
        "en": "The unbiased estimate: it divides by n - 1 = {less} where torch divides by n = {n}.",
        "ko": "불편 추정이에요. torch는 n = {n}(으)로 나누는데 n - 1 = {less}(으)로 나눴어요.",
    },
    "wrong_n": {
        "en": "The wrong n: it divides by {got} where torch divides by {wanted}.",
        "ko": "n이 달라요. torch는 {wanted}(으)로 나누는데 {got}(으)로 나눴어요.",
    },
    "factor": {
        "en": "Every element is {factor:.4g} times what it should be.",
        "ko": "모든 원소가 기대한 값의 {factor:.4g}배예요.",
    },
    "offset": {"en": "Every element is off by {by:.4g}.", "ko": "모든 원소가 {by:.4g}만큼 어긋나요."},
    # gradients
    "gradient_cut": {
        "en": "What `.item()`, `float()`, `math`, `.detach()` or `torch.tensor()` makes of an element has no gradient: "
        "compute with the element itself.",
        "ko": "`.item()`, `float()`, `math`, `.detach()`, `torch.tensor()`로 만든 값에는 그래디언트가 없어요. "
        "원소를 그대로 써서 계산해 보세요.",
    },
    "gradient_missing": {
        "en": "No gradient reaches `{name}`, though others get theirs: is a number made of it, or is it detached?",
        "ko": "`{name}`에만 그래디언트가 오지 않아요. 숫자로 바꾸거나 detach하지 않았나요?",
    },
    "gradient_in_part": {
        "en": "Gradient reaches only some elements of `{name}`, and is right there: the others are cut off on the way.",
        "ko": "`{name}`의 일부 원소에만 그래디언트가 오고, 거기서는 맞아요. 나머지는 중간에 끊겼어요.",
    },
    "gradient_sign": {
        "en": "The gradient of `{name}` has the wrong sign.",
        "ko": "`{name}`의 그래디언트 부호가 반대예요.",
    },
    "gradient_transposed": {
        "en": "The gradient of `{name}` is transposed.",
        "ko": "`{name}`의 그래디언트가 전치(transpose)되어 있어요.",
    },
    "gradient_of_another": {
        "en": "The gradient of `{name}` is that of `{other}`: `backward` returns them in the order of the inputs.",
        "ko": "`{name}`의 그래디언트 자리에 `{other}`의 그래디언트가 있어요. `backward`는 입력 순서대로 반환해요.",
    },
    "gradient_upstream": {
        "en": "The gradient of `{name}` is that of the sum of the result: "
        "the gradient that comes from above is not multiplied in.",
        "ko": "`{name}`의 그래디언트가 결과의 합에 대한 것이에요. 위에서 내려온 그래디언트를 곱하지 않았어요.",
    },
    "gradient_times": {
        "en": "The gradient of `{name}` is {n} times too large, and n = {n} here: "
        "that of a sum where the mean is meant?",
        "ko": "`{name}`의 그래디언트가 {n}배 커요. 여기서 n = {n}이에요. 평균이어야 하는데 합의 그래디언트인가요?",
    },
    "gradient_over": {
        "en": "The gradient of `{name}` is divided by {n}, and n = {n} here: that of a mean where the sum is meant?",
        "ko": "`{name}`의 그래디언트가 {n}(으)로 나뉘었어요. 여기서 n = {n}이에요. "
        "합이어야 하는데 평균의 그래디언트인가요?",
    },
    "gradient_factor": {
        "en": "The gradient of `{name}` is {factor:.4g} times what it should be.",
        "ko": "`{name}`의 그래디언트가 기대한 값의 {factor:.4g}배예요.",
    },
    "gradient_not_finite": {
        "en": "The gradient of `{name}` is NaN or infinite, though the values are not: `sqrt`, `log` or a division "
        "at 0 does that even where its result is not used.",
        "ko": "값은 괜찮은데 `{name}`의 그래디언트가 NaN이거나 무한대예요. 0에서의 `sqrt`, `log`, 나눗셈은 "
        "그 결과를 쓰지 않아도 그래디언트를 망가뜨려요.",
    },
    "gradient_at_bound": {
        "en": "Only where `{name}` equals {bound} is the gradient wrong: "
        "where the slope jumps, torch takes that of the other side.",
        "ko": "`{name}`이(가) {bound}과(와) 같은 곳에서만 그래디언트가 달라요. "
        "꺾이는 점에서 torch는 다른 쪽 기울기를 써요.",
    },
    "gradient_at_tie": {
        "en": "The gradient is wrong only where elements of `{name}` are equal: "
        "which of them gets it, or do they share it?",
        "ko": "`{name}`의 원소끼리 값이 같은 곳에서만 그래디언트가 달라요. 그중 하나가 받나요, 나누어 받나요?",
    },
}
