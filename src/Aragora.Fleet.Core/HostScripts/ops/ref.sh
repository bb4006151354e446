# Resolves a ref to one full commit at the origin, as the service's user. The checkout is not touched.

ref_commit() {
  if [[ ${#P_REF} == 40 ]]; then
    git_has "$P_REF" || git_user fetch --no-tags origin "$P_REF" >/dev/null 2>&1 || true
  else
    git_user fetch --tags origin '+refs/heads/*:refs/remotes/origin/*' >/dev/null 2>&1 || true
  fi
  SHA=$(git_user rev-parse --verify --quiet "$P_REF^{commit}") || SHA=
}

# ref_name: sets SHA from the refs of the origin; an annotated tag counts as the commit it names.
ref_name() {
  local sha name branch='' tag=''
  SHA=
  while read -r sha name; do
    case $name in
      "$P_REF" | "refs/heads/$P_REF") branch=$sha ;;
      "refs/tags/$P_REF") tag=${tag:-$sha} ;;
      "refs/tags/$P_REF^{}" | "$P_REF^{}") tag=$sha ;;
    esac
  done <<<"$REFS"
  [[ -z $branch || -z $tag || $branch == "$tag" || $P_REF == refs/* ]] ||
    refuse "'$P_REF' is both a branch and a tag: name it in full, such as refs/tags/$P_REF"
  SHA=${tag:-$branch}
}

ref_list() {
  local sha name count=0
  while read -r sha name; do
    [[ $name =~ ^refs/(heads|tags)/ && $name != *'^{}' ]] || continue
    name=${name#refs/heads/}
    result_put "ref.$count" "${name#refs/tags/} $sha"
    count=$((count + 1))
  done <<<"$REFS"
}

SHA=
layout_ask
[[ $MODE == git ]] || refuse "the service is laid out as '$MODE'; only a git checkout has refs"
host_has git runuser
result_put unit "$UNIT"
result_put mode "$MODE"
if [[ $P_REF =~ ^[0-9a-f]{7,40}$ ]]; then
  ref_commit
fi
if [[ -z $SHA ]]; then
  [[ -z $P_REF ]] || is_ref_name "$P_REF" || refuse "'$P_REF' is not a name that git allows for a ref"
  REFS=$(git_user ls-remote origin 2>&1) || refuse "the origin does not answer: $(tail -n 1 <<<"$REFS" | redact)"
  [[ -z $P_REF ]] || ref_name
fi
if [[ ${P_LIST:-} == 1 ]]; then
  ref_list
elif is_commit "$SHA"; then
  result_put sha "$SHA"
else
  result_put outcome notfound
fi
result_emit
